/** This file tests that check takes a program which embeds Python for a target, and reports what it calls when it runs. */

import {dirname} from 'node:path';
import test from 'ava';
import type {Report} from '../../src/model/report.js';
import {cli} from '../support/cli.js';
import {anyLibpython, embedder} from '../support/embedder.js';
import {given, needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const library = anyLibpython() ?? '';
const withLibpython = needing(given(library !== '', 'a libpython'));
const PYTHONHOME = library.startsWith('/usr/lib/') ? '/usr' : dirname(dirname(library));

withLibpython('check --embed reports what the program called, its libpython, and nothing that it printed', t => {
	const work = workshop(t);
	const program = embedder(work, library, undefined, 'application');
	const script = work.file('script.py', 'for i in range(1000): hash(str(i))\nprint("printed")\n');
	const args = ['check', '--json', '--symbols', 'PyObject_Hash', '--embed', '--', program, script];
	const {status, stdout, stderr} = cli(args, {env: {PYTHONHOME}});
	t.is(status, 0, stderr);
	t.notRegex(stdout, /printed/);
	const [target] = (JSON.parse(stdout) as Report).targets;
	t.is(target?.executable, program);
	t.is(target?.interpreter.path, library);
	t.deepEqual(
		target?.functions.map(({symbol}) => symbol),
		['PyObject_Hash'],
	);
	const calls = target?.functions[0]?.calls.find(({caller}) => caller === 'interpreter');
	t.true((calls?.honored ?? 0) + (calls?.bypassed ?? 0) >= 1000);
});

withLibpython('a program that fails is a finding, and what it called until then is reported', t => {
	const work = workshop(t);
	const script = work.file('script.py', 'import os\nos._exit(3)\n');
	const {stdout} = cli(['check', '--json', '--embed', '--', embedder(work, library), script], {env: {PYTHONHOME}});
	const [target] = (JSON.parse(stdout) as Report).targets;
	t.regex(target?.findings.find(({kind}) => kind === 'unclean-exit')?.message ?? '', /exited with status 3/);
	t.true((target?.functions.length ?? 0) > 100);
});

test('check --embed without a program is a mistake of use', t => {
	const {status, stderr} = cli(['check', '--embed']);
	t.is(status, 2);
	t.regex(stderr, /--embed takes a program and its arguments behind --/);
});
