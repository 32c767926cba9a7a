/** This file is the program behind scripts/arm64.sh: what the suite says on aarch64, held to itself and to what is not ours. */

import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import type {Report} from '../../src/model/report.js';
import {contradictions} from '../../test/support/contradictions.js';
import {type Counts, differences, growthOf} from '../growth/growth.js';
import {sweptCounts} from '../growth/swept.js';
import {entriesByEmulator, type Program} from './entries.js';
import {inRoot, pyinterpose, root, suite} from './root.js';
import {buildShim} from './shim.js';

/** Of those that the program calls, on every release: some by the interpreter, some by an extension, some not in every build. */
const symbols = [
	'PyDict_SetItem',
	'PyErr_Clear',
	'PyErr_Format',
	'PyErr_Occurred',
	'PyErr_SetObject',
	'PyFloat_FromString',
	'PyList_Append',
	'PyLong_FromLong',
	'PyLong_FromString',
	'PyObject_GetAttr',
	'PyObject_Str',
	'PyUnicode_FromFormatV',
];
const rounds = 20;
const work = '/tmp/pyinterpose';
let status = 0;

rmSync(`${root}${work}`, {recursive: true, force: true});
mkdirSync(`${root}${work}/link`, {recursive: true});
copyFileSync('scripts/arm64/program.py', `${root}${work}/program.py`);
buildShim(symbols, `${root}${work}/shim.so`);
const libraries = '/usr/lib/aarch64-linux-gnu';
const found = (folder: string, name: RegExp) =>
	readdirSync(`${root}${folder}`)
		.filter(entry => name.test(entry))
		.map(entry => `${folder}/${entry}`);
const programs = found('/usr/bin', /^python3\.\d+$/);
const shared = found(libraries, /^libpython3\.\d+\.so\.1\.0$/);

for (const file of programs) tellOf(file, {words: [file], env: {}, file});
for (const file of shared) {
	symlinkSync(file, `${root}${work}/link/${file.replace(/.*\//, '')}`);
	rmSync(`${root}${work}/link/pyinterpose-target.so`, {force: true});
	symlinkSync(file, `${root}${work}/link/pyinterpose-target.so`);
	const env = {LD_LIBRARY_PATH: `${work}/link`, PYTHONHOME: '/usr'};
	tellOf(file, {words: [`${suite}/prebuilds/linux-arm64/launcher`], env, file});
}
if (programs.length + shared.length === 0) tell(2, 'the root has no Python');
process.exitCode = status;

function tellOf(target: string, started: Program): void {
	process.stdout.write(`-- ${target}\n`);
	try {
		// What it imports is compiled now, and not in each run: there it would make calls whose number addresses decide.
		inRoot([...started.words, ...pythonWords(1, target).filter(word => word !== '-B')], started.env);
		checks(target);
		explains(target);
		counts(target, started);
	} catch (error) {
		tell(2, `?      ${error instanceof Error ? error.message : error}`);
	}
}

function checks(target: string): void {
	const report: Report = JSON.parse(pyinterpose(['check', '--json', '--quiet', target]).stdout);
	writeFileSync(`${root}/../${target.replace(/.*\//, '')}.json`, JSON.stringify(report, null, '\t'));
	const [checked] = report.targets;
	const faults = [...contradictions(report), ...report.failures.map(({message}) => message)];
	for (const fault of faults) tell(1, `WRONG  ${fault}`);
	if (checked === undefined) return;
	const {binding, findings} = checked;
	const {honored, partial, bypassed, uncalled, inconclusive} = report.totals;
	tell(
		inconclusive === 0 ? 0 : 1,
		`check  ${checked.id}: ${binding.mode}; ${honored} honored, ${partial} partial, ${bypassed} bypassed, ${uncalled} uncalled, ${inconclusive} inconclusive`,
	);
	for (const {message} of findings) process.stdout.write(`       ${message}\n`);
}

/** The command that it prints to count by hand counts what it said, by the objdump of that CPU. */
function explains(target: string): void {
	const {stdout} = pyinterpose(['explain', 'PyErr_Occurred', target], {COLUMNS: '400'});
	const by = /^ *objdump (.*?) (\S+) \| grep -cE '(.*)'\s+# (\d+): direct calls$/m.exec(stdout);
	const [, flags = '', file = '', pattern = '', said = 'no'] = by ?? [];
	const objdump = process.arch === 'arm64' ? 'objdump' : 'aarch64-linux-gnu-objdump';
	const text =
		by === null
			? ''
			: execFileSync(objdump, [...flags.split(' '), `${root}${file}`], {encoding: 'utf8', maxBuffer: 1 << 30});
	const calls = new RegExp(pattern.replaceAll('[[:space:]]', '\\s'));
	const found = text.split('\n').filter(line => calls.test(line)).length;
	const isEqual = found === Number(said) && found > 0;
	tell(isEqual ? 0 : 1, `${isEqual ? 'equal ' : 'WRONG '} ${said} direct calls of PyErr_Occurred, ${found} by objdump`);
}

function counts(target: string, program: Program): void {
	const swept = (n: number) => {
		const json = `${work}/run-${n}.json`;
		const words = ['run', '--json', json, '--python', target, '--', ...pythonWords(n, target)];
		pyinterpose(words, {PYTHONHASHSEED: '0'});
		return sweptCounts(`${root}${json}`);
	};
	const env = {...program.env, PYTHONHASHSEED: '0'};
	const kept = new Map([rounds, 2 * rounds].map(n => [n, swept(n)]));
	const ours = (of: 'honored' | 'made') => growthOf(n => kept.get(n)?.[of] ?? new Map(), rounds);
	const [honored, made] = [ours('honored'), ours('made')];
	const entered = growthOf(
		n => entriesByEmulator({...program, env, words: [...program.words, ...pythonWords(n, target)]}, symbols),
		rounds,
	);
	const byHand = growthOf(n => ranByHand([...program.words, ...pythonWords(n, target)], env), rounds);
	const faults = [
		...differences(symbols, made, entered, 'the emulator'),
		...differences(symbols, honored, byHand, 'a shim made by hand'),
	];
	const called = symbols.filter(symbol => (made.get(symbol) ?? 0) > 0);
	const all = (counted: Counts) => symbols.reduce((sum, symbol) => sum + (counted.get(symbol) ?? 0), 0);
	if (called.length < symbols.length / 2) faults.push(`only ${called.join(', ')} are called`);
	tell(
		faults.length === 0 ? 0 : 1,
		`${faults.length === 0 ? 'equal ' : 'WRONG '} ${called.length} functions in ${rounds} rounds: ${all(honored)} of ${all(made)} calls honored`,
	);
	for (const fault of faults) process.stdout.write(`       ${fault}\n`);
}

function pythonWords(n: number, target: string): readonly string[] {
	return ['-S', '-B', '-s', `${work}/program.py`, `${n}`.padStart(4, '0'), target];
}

function ranByHand(words: readonly string[], env: Readonly<Record<string, string>>): Counts {
	const {stderr} = inRoot(words, {...env, LD_PRELOAD: `${work}/shim.so`});
	return new Map([...stderr.matchAll(/^(\w+) (\d+)$/gm)].map(([, symbol = '', calls = '']) => [symbol, Number(calls)]));
}

function tell(code: number, line: string): void {
	process.stdout.write(`${line}\n`);
	status = Math.max(status, code);
}
