/** This file compiles every probe with every Python of the machine: one text serves 2.7 to 3.15, and what is compiled beforehand runs as it does. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {compiler} from '../../src/gather/counted/compiled.js';
import {runner} from '../../src/gather/counted/run.js';
import type {Claim} from '../../src/model/claim.js';
import {installedPythons} from '../../src/target/installed.js';
import {runProbesOf} from '../support/probe-run.js';
import {python} from '../support/python.js';
import {type Workshop, workshop} from '../support/workshop.js';

const program = `
import io, os, sys, warnings
warnings.simplefilter('error')
folder = sys.argv[1]
folders = [folder, os.path.join(folder, 'start')]
names = [os.path.join(place, name) for place in folders for name in os.listdir(place) if name.endswith('.py')]
for name in names:
    with io.open(name, encoding='ascii') as file:
        compile(file.read().encode('ascii'), name, 'exec', 0, True)
print(len(names))
`;

/** A warning, as of a syntax that a later Python will refuse, fails it, too. */
const compiles = test.macro({
	exec(t, path: string) {
		const compiled = Number(
			execFileSync(path, ['-S', '-B', '-c', program, dirname(dirname(runner))], {encoding: 'utf8'}),
		);
		t.true(compiled >= 25, `${compiled} files`);
	},
	title: (_, path) => `the probes compile without a warning under ${path}`,
});

const claims: readonly Claim[] = [
	{id: 'PyErr_Format/interpreter', symbol: 'PyErr_Format', route: 'interpreter', family: 'error'},
	{id: 'PyErr_Clear/extension', symbol: 'PyErr_Clear', route: 'extension', family: 'error'},
	{id: 'Py_FinalizeEx/dlsym', symbol: 'Py_FinalizeEx', route: 'dlsym', family: 'lifecycle'},
];

function compiled({folder}: Workshop, path: string): string {
	const made = join(folder, 'probes.compiled');
	execFileSync(path, ['-S', '-B', '-s', compiler, made]);
	return made;
}

/** Only run.py: whatever is not compiled beforehand cannot be imported. */
function withoutSources(work: Workshop): string {
	return work.file('start/run.py', readFileSync(runner));
}

const runsAlone = test.macro({
	exec(t, path: string) {
		const work = workshop(t);
		const request = {python: path, rounds: 20, interpreter: null, claims};
		const alone = runProbesOf({...request, compiled: compiled(work, path), program: withoutSources(work)});
		t.deepEqual(alone.lines, runProbesOf(request).lines, alone.stderr);
	},
	title: (_, path) => `what is compiled beforehand runs without a source under ${path}`,
});

const isLeft = test.macro({
	exec(t, harm: (made: Buffer) => Uint8Array) {
		const work = workshop(t);
		const request = {python, rounds: 20, interpreter: null, claims};
		const other = work.file('other.compiled', harm(readFileSync(compiled(work, python))));
		const alone = runProbesOf({...request, compiled: other, program: withoutSources(work)});
		t.regex(alone.stderr, /No module named '?runner'?/);
		const beside = runProbesOf({...request, compiled: other});
		t.deepEqual(beside.lines, runProbesOf(request).lines, beside.stderr);
	},
	title: (what = '') => `${what} is left, and the sources are taken`,
});

test('what a Python with another form of byte code compiled', isLeft, made => made.with(0, (made[0] ?? 0) ^ 1));
test('what a Python of another version compiled', isLeft, made =>
	Buffer.from(made.toString('latin1').replace(/^(....\d+\.\d+\.)\d/s, '$1x'), 'latin1'),
);
test('what ends in the middle', isLeft, made => made.subarray(0, made.length / 2));
test('an empty file', isLeft, () => Buffer.alloc(0));

for (const path of new Set([python, ...installedPythons(process.env).elf])) {
	test(compiles, path);
	test(runsAlone, path);
}
