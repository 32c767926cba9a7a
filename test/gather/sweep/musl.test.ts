/** This file sweeps small programs that run on musl, from here, and holds the counts to the calls that they are written to make. */

import {realpathSync} from 'node:fs';
import {SuiteError} from '../../../src/errors.js';
import {gatherStatic} from '../../../src/gather/static.js';
import {type ProgramSwept, sweepProgram} from '../../../src/gather/sweep/program.js';
import type {Caller} from '../../../src/model/claim.js';
import {nativePartFor} from '../../../src/object/native-part.js';
import {musl, muslLoader} from '../../support/musl.js';
import {needing} from '../../support/needs.js';
import {type Workshop, workshop} from '../../support/workshop.js';

const signal = new AbortController().signal;
const env = {PATH: process.env.PATH, HOME: process.env.HOME};

/** `twice` calls `once` by its name two times; `through` calls it by an address that the library itself has stored. */
const library = `
	#include <stdlib.h>
	int once(void) { return 1; }
	int twice(void) { return once() + once(); }
	static int (*const volatile table[])(void) = {once};
	int through(void) { return table[0](); }
	void *room(void) { return malloc(64); }`;

const program = `
	#define _GNU_SOURCE
	#include <dlfcn.h>
	#include <stdlib.h>
	int once(void), twice(void), through(void);
	void *room(void);
	int main(int count, char **words)
	{
		int n = atoi(words[1]), sum = 0;
		int (*found)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "once");
		for (int i = 0; i < n; i++) {
			sum += once() + twice() + through() + found();
			free(room());
			free(malloc(8));
		}
		return count == 2 && sum == 5 * n ? 0 : 1;
	}`;

const rounds = 7;

needing(musl)('on musl every call of a library of default flags runs its override, under whoever makes it', async t => {
	const {ending, calls} = await swept(workshop(t), []);
	t.deepEqual(ending, {kind: 'exited', status: 0});
	t.deepEqual(calls('once', 'interpreter'), {honored: 3 * rounds, bypassed: 0});
	t.deepEqual(calls('once', 'executable'), {honored: 2 * rounds, bypassed: 0});
	t.deepEqual(calls('twice', 'executable'), {honored: rounds, bypassed: 0});
});

needing(musl)(
	'on musl a library that was linked with -Bsymbolic-functions passes the override by, and who is outside does not',
	async t => {
		const {ending, calls} = await swept(workshop(t), ['-Wl,-Bsymbolic-functions']);
		t.deepEqual(ending, {kind: 'exited', status: 0});
		t.deepEqual(calls('once', 'interpreter'), {honored: 0, bypassed: 3 * rounds});
		t.deepEqual(calls('once', 'executable'), {honored: 2 * rounds, bypassed: 0});
	},
);

needing(musl)("musl's own functions are counted under whoever calls them, whatever the library's flags", async t => {
	for (const flags of [[], ['-Wl,-Bsymbolic-functions']]) {
		const {calls} = await swept(workshop(t), flags);
		t.deepEqual(calls('malloc', 'interpreter'), {honored: rounds, bypassed: 0});
		t.deepEqual(calls('malloc', 'executable'), {honored: rounds, bypassed: 0});
		t.deepEqual(calls('free', 'executable'), {honored: 2 * rounds, bypassed: 0});
	}
});

needing(musl)(
	'what a program on musl starts is not counted here, because it may be of glibc, and the program alone is',
	async t => {
		const [counted, refused] = [workshop(t), workshop(t)];
		t.deepEqual((await swept(counted, [])).ending, {kind: 'exited', status: 0});
		await t.throwsAsync(swept(refused, [], true), {
			instanceOf: SuiteError,
			message: `${refused.folder}/program runs on another C library than this machine, of which no program starts with its shims.`,
		});
	},
);

interface Swept extends ProgramSwept {
	calls(symbol: string, caller: Caller): {readonly honored: number; readonly bypassed: number | null} | undefined;
}

/** The library in the place of an interpreter. */
async function swept(work: Workshop, flags: readonly string[], children = false): Promise<Swept> {
	const interpreter = work.compile('libpython9.9.so', library, ['-O2', '-fPIC', '-shared', ...flags], 'musl-gcc');
	const linked = [interpreter, `-Wl,-rpath,${work.folder}`];
	const file = work.compile('program', program, ['-O0', '-fno-builtin', ...linked], 'musl-gcc');
	const found = await sweepProgram({
		launch: {file, argv: [], env: {}, native: nativePartFor('musl', file)},
		argv0: file,
		words: [String(rounds)],
		interpreter,
		libc: realpathSync(muslLoader),
		detached: false,
		witness: await gatherStatic(interpreter, {env}),
		entryCounts: true,
		sites: false,
		children,
		env,
		signal,
		stepAside: () => () => {},
	});
	return {...found, calls: (symbol, caller) => found.workload?.bySymbol.get(symbol)?.calls[caller]};
}
