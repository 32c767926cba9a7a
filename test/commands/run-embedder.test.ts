/** This file tests that run finds the libpython in a program that embeds Python, however the program comes by it. */

import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import type {CallsReport, Finding, FunctionReport} from '../../src/model/report.js';
import {cli} from '../support/cli.js';
import {anyLibpython, copied, embedder} from '../support/embedder.js';
import {given, needing} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const library = anyLibpython() ?? '';
const withLibpython = needing(given(library !== '', 'a libpython'));
const home = library.startsWith('/usr/lib/') ? '/usr' : dirname(dirname(library));

function opening(flag: string): string {
	return `
	#include <dlfcn.h>
	#include <stdlib.h>
	int main(int count, char **words)
	{
		void *library = dlopen(getenv("LIBRARY"), RTLD_NOW | ${flag});
		return library == NULL ? 1 : ((int (*)(int, char **))dlsym(library, "Py_BytesMain"))(count, words);
	}`;
}

interface Seen {
	readonly functions: readonly FunctionReport[];
	readonly findings: readonly Finding[];
}

const own = {LIBRARY: library, PYTHONHOME: home};

function ran(work: Workshop, args: readonly string[], env: Readonly<Record<string, string>> = own): Seen {
	const file = join(work.folder, 'run.json');
	const {status, stdout, stderr} = cli(['run', '--json', file, ...args], {env});
	if (status !== 0) throw new Error(stderr);
	if (stdout.trim() !== '45') throw new Error(stdout);
	return JSON.parse(readFileSync(file, 'utf8')) as Seen;
}

function hashes({functions}: Seen): CallsReport | undefined {
	return functions.find(({symbol}) => symbol === 'PyObject_Hash')?.calls.find(({caller}) => caller === 'interpreter');
}

const script = 'for i in range(1000): hash(str(i))\nprint(sum(range(10)))\n';

const embeds = test.macro<[make: (work: Workshop) => string, options: readonly string[]]>((t, make, options) => {
	const work = workshop(t);
	const program = make(work);
	const seen = ran(work, [...options, '--', program, work.file('script.py', script)]);
	const calls = hashes(seen);
	if (calls?.bypassed === null) {
		// A libpython that is opened later has no entry counters, and that is said. Where it is bound, its calls enter by nothing else.
		t.is(calls.verdict.kind, calls.honored >= 1000 ? 'honored' : 'bypassed');
		t.true(options.includes('--libpython') && seen.findings.some(({kind}) => kind === 'sweep-entries-not-counted'));
	} else {
		t.true((calls?.honored ?? 0) + (calls?.bypassed ?? 0) >= 1000);
	}
});

withLibpython('a program that is linked to a libpython', embeds, work => embedder(work, library), []);
withLibpython(
	'one that opens it for all to see',
	embeds,
	work => work.compile('opens-global', opening('RTLD_GLOBAL')),
	['--libpython', library],
);
withLibpython(
	'one that opens it for itself, where no scope of the overrides leads to it',
	embeds,
	work => work.compile('opens-local', opening('RTLD_LOCAL')),
	['--libpython', library],
);

withLibpython('a program whose libpython is not known is not run, and the hint says how to name it', t => {
	const work = workshop(t);
	const source = `#include <stdlib.h>\nint main(void) { return system("touch ${work.folder}/was-run"); }`;
	const {status, stderr} = cli(['run', '--', work.compile('program', source)]);
	t.is(status, 2);
	t.regex(
		stderr,
		/neither holds the interpreter nor is linked to a libpython\.\nGive the libpython that it opens: --libpython FILE/,
	);
	t.false(existsSync(join(work.folder, 'was-run')));
});

withLibpython('a second libpython in the process is a finding, and a single one is none', t => {
	const work = workshop(t);
	const program = embedder(work, library);
	const second = copied(work, library, 'second');
	const one = ran(work, ['--', program, work.file('one.py', script)]);
	const two = ran(work, [
		'--',
		program,
		work.file('two.py', `import ctypes; ctypes.CDLL(${JSON.stringify(second)})\n${script}`),
	]);
	const seconds = ({findings}: Seen) => findings.filter(({kind}) => kind === 'second-libpython');
	t.deepEqual(seconds(one), []);
	t.is(seconds(two).length, 1);
	t.true(seconds(two)[0]?.message.startsWith(second));
});

const gdb = '/usr/bin/gdb';
const withGdb = needing(given(existsSync(gdb) && cli(['run', '--', gdb, '--version']).status === 0, 'gdb with Python'));

withGdb('gdb, which embeds Python, is counted as it runs a script', t => {
	const work = workshop(t);
	const path = work.file('script.py', script);
	const calls = hashes(ran(work, ['--', gdb, '-nx', '-batch', '-ex', `source ${path}`], {}));
	t.true((calls?.honored ?? 0) + (calls?.bypassed ?? 0) >= 1000);
});
