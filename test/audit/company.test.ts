/** This file shows what becomes of two preload libraries in each other's company, in either order. */

import {execFileSync} from 'node:child_process';
import {realpathSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import type {AuditedBuild, AuditReport, AuditVerdict} from '../../src/model/audit.js';
import {audited, functionOf, preloadLibrary, scene, told} from '../support/audited-program.js';
import {cli} from '../support/cli.js';
import {file, needing} from '../support/needs.js';
import {systemPython} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

const company = test.macro(
	async (t, front: readonly string[], behind: readonly string[], passedOn: number, verdict: AuditVerdict['kind']) => {
		const made = scene(t);
		const [one, other] = [preloadLibrary(made, 'one.so', front), preloadLibrary(made, 'other.so', behind)];
		const build = await audited(made, [one, other]);
		t.is(build.inconclusive, null);
		t.deepEqual(told(functionOf(build, 'api_leaf', 0)), ['interpreter 1030/0 honored', 'executable 107/0 honored']);
		const {calls, chain} = functionOf(build, 'api_leaf', 1);
		t.deepEqual(calls, []);
		t.like(chain, {behind: 0, made: 1137, passedOn});
		t.is(chain?.verdict.kind, verdict);
	},
);

test('a library that forwards by a call passes every call on to the next', company, [], [], 1137, 'honored');
test(
	'a library that forwards by a jump passes every call on to the next',
	company,
	['-DJUMP'],
	['-DJUMP'],
	1137,
	'honored',
);
test('a jump into a library that calls is one call of each', company, ['-DJUMP'], [], 1137, 'honored');
test('a library that never forwards leaves the next without a call', company, ['-DNEVER'], [], 0, 'bypassed');
test('the same library behind the other one takes no call from it', company, [], ['-DNEVER'], 1137, 'honored');

test('a library that forwards some calls only breaks the chain for the others', async t => {
	const made = scene(t);
	const some = `
#define _GNU_SOURCE
#include <dlfcn.h>
int api_leaf(int x) {
	static int (*next)(int);
	static int times;
	if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "api_leaf");
	if (times++ % 3 != 0) return x + 1;
	return next(x);
}
`;
	const build = await audited(made, [preloadLibrary(made, 'some.so', [], some), preloadLibrary(made, 'other.so')]);
	t.deepEqual(functionOf(build, 'api_leaf', 1).chain, {
		behind: 0,
		made: 1137,
		passedOn: 379,
		verdict: {kind: 'partial', because: 'other-object-defines-it'},
	});
});

test('two libraries that define different functions do not stand behind each other', async t => {
	const made = scene(t);
	const other =
		'int api_calls(int times) { int sum = 0; for (volatile int i = 0; i < times; i++) sum += i; return sum; }';
	const build = await audited(made, [preloadLibrary(made, 'one.so'), preloadLibrary(made, 'other.so', [], other)]);
	t.is(functionOf(build, 'api_calls', 1).chain, null);
	t.deepEqual(told(functionOf(build, 'api_calls', 1)), ['executable 1/0 honored']);
});

/** Moves no clock: it counts for itself where the calls go. With -DNEVER it keeps them; with -DFIRST it must stand in front, as ASan must. */
const clockSource = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *out) {
#ifdef NEVER
	out->tv_sec = out->tv_nsec = 12;
	return 0;
#else
	static int (*next)(clockid_t, struct timespec *);
	if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	return next(clock, out);
#endif
}
#ifdef FIRST
__attribute__((constructor)) static void start(void) { if (dlsym(RTLD_DEFAULT, "clock_gettime") != (void *)clock_gettime) abort(); }
#endif
`;

function clock(work: Workshop, name: string, flags: readonly string[] = []): string {
	// A call of its own function by its own name must not lead to the other's.
	return work.compile(name, clockSource, ['-O2', '-fPIC', '-shared', '-Wl,-Bsymbolic-functions', ...flags]);
}

/** The command runs both orders of two libraries; what it says of each, and its exit status. */
function bothOrders(
	t: ExecutionContext,
	words: readonly string[],
): {builds: readonly AuditedBuild[]; status: number | null} {
	const {status, stdout} = cli(['audit', '--json', ...words, systemPython() ?? 'python3']);
	const {builds} = JSON.parse(stdout) as AuditReport;
	t.deepEqual(
		builds.map(({order}) => order),
		[
			[0, 1],
			[1, 0],
		],
	);
	return {builds, status};
}

function chainOf({functions}: AuditedBuild): readonly (string | number | undefined)[] {
	const chain = functions.find(one => one.symbol === 'clock_gettime' && one.chain !== null)?.chain;
	return [chain?.behind, chain?.verdict.kind];
}

test('two libraries that forward get every call in either order: exit status 0', t => {
	const work = workshop(t);
	const {builds, status} = bothOrders(t, [clock(work, 'one.so'), clock(work, 'other.so')]);
	t.is(status, 0);
	t.deepEqual(builds.map(chainOf), [
		[0, 'honored'],
		[1, 'honored'],
	]);
	for (const {functions} of builds) {
		const {made, passedOn} = functions.find(({chain}) => chain !== null)?.chain ?? {made: 0, passedOn: -1};
		t.true(made > 0);
		t.is(passedOn, made);
	}
});

test('a library that keeps its calls breaks the chain where it stands in front, and only there: exit status 1', t => {
	const work = workshop(t);
	const {builds, status} = bothOrders(t, [clock(work, 'keeps.so', ['-DNEVER']), clock(work, 'forwards.so')]);
	t.is(status, 1);
	t.deepEqual(builds.map(chainOf), [
		[0, 'bypassed'],
		[1, 'honored'],
	]);
});

test('a library that crashes the start where it does not stand first is told with the order: exit status 1', t => {
	const work = workshop(t);
	const {builds, status} = bothOrders(t, [clock(work, 'first.so', ['-DFIRST']), clock(work, 'other.so')]);
	t.is(status, 1);
	t.is(builds[0]?.broken, null);
	t.deepEqual(chainOf(builds[0] as AuditedBuild), [0, 'honored']);
	t.regex(builds[1]?.broken ?? '', /was ended by SIGABRT/);
});

const asan = execFileSync('cc', ['-print-file-name=libasan.so'], {encoding: 'utf8'}).trim();
needing(file(asan))('AddressSanitizer works in front of another library, and refuses to start behind it', t => {
	const other = clock(workshop(t), 'other.so');
	const {builds, status} = bothOrders(t, ['--env', 'ASAN_OPTIONS=detect_leaks=0', realpathSync(asan), other]);
	t.is(status, 1);
	t.is(builds[0]?.broken, null);
	t.is(builds[0]?.inconclusive, null);
	t.deepEqual(chainOf(builds[0] as AuditedBuild), [0, 'honored']);
	t.regex(builds[1]?.broken ?? '', /ASan runtime does not come first/);
});
