/** This file holds the entry counters to real Pythons: nearly every function is counted, the rest named, and all works. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readElf} from '../../src/elf/elf.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {entered} from '../support/entered.js';
import {file, needing, x86} from '../support/needs.js';
import {python} from '../support/python.js';
import {interpreterOf, systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const run = needing(x86);

interface Started {
	readonly interpreter: string;
	/** What starts it, with a folder in which the launcher finds it. */
	readonly executable: string;
	readonly library: boolean;
}

/** The Python that the tests are given, by its own interpreter; and each of the system's libpythons, by the launcher. */
const starts: readonly Started[] = [
	{interpreter: interpreterOf(python), executable: python, library: false},
	...systemLibpythons().map(interpreter => ({interpreter, executable: join(nativeFolder, 'launcher'), library: true})),
];

/** The folder of its standard library: that of an executable as it says, that of a libpython by its name. */
function libraryOf(interpreter: string): string {
	const series = /libpython(\d\.\d+)/.exec(interpreter)?.[1];
	if (series !== undefined && interpreter.startsWith('/usr/')) return `/usr/lib/python${series}`;
	const program = 'import os, sys; sys.stdout.write(os.path.dirname(os.__file__))';
	return spawnSync(python, ['-S', '-c', program], {encoding: 'utf8'}).stdout;
}

const symbolsOf = (interpreter: string) => exportedFunctions(readElf(readFileSync(interpreter))).map(({name}) => name);

/** What may be said of a function that is left alone; a function of one byte has no room for any jump. */
const reasons: readonly RegExp[] = [
	/^it is too short$/,
	/^its own code branches into its first bytes$/,
	/^its own code jumps back to its entry, which is no call$/,
	/^it begins with a branch that has no long form$/,
];

const modules = ['test_dict', 'test_list', 'test_json', 'test_exceptions'];

for (const {interpreter, executable, library} of starts) {
	run(`at least 98.5 % of the functions of ${interpreter} count their entries, and the rest are named`, async t => {
		const w = workshop(t);
		w.link('libraries/pyinterpose-target.so', interpreter);
		const symbols = symbolsOf(interpreter);
		const env = library ? {LD_LIBRARY_PATH: join(w.folder, 'libraries')} : {};
		const command = [executable, '-S', '-c', 'print(sum(range(100)))'];
		const seen = await entered({command, interpreter, symbols, folder: w.folder, env});
		t.is(seen.stdout, '4950\n', seen.stderr);
		t.is(seen.counters.reason, null);
		t.is(seen.counters.patched + Object.keys(seen.shared).length, seen.patched.length);
		t.is(seen.patched.length + seen.left.length, symbols.length);
		t.true(seen.patched.length >= 0.985 * symbols.length, `${seen.patched.length} of ${symbols.length}`);
		for (const {symbol, reason} of seen.left)
			t.true(
				reasons.some(known => known.test(reason)),
				`${symbol}: ${reason}`,
			);
		t.log(`${seen.patched.length} of ${symbols.length}; left: ${seen.left.map(one => one.symbol).join(' ') || 'none'}`);
		t.true(seen.entries('PyObject_Malloc') + seen.entries('PyMem_Malloc') > 0);
	});

	const tests = join(libraryOf(interpreter), 'test', 'test_dict.py');
	needing(x86, file(tests))(
		`Python's own tests give the same results with every function of ${interpreter} counted`,
		async t => {
			const w = workshop(t);
			w.link('libraries/pyinterpose-target.so', interpreter);
			const env = library ? {LD_LIBRARY_PATH: join(w.folder, 'libraries')} : {};
			const bare = (words: readonly string[]) =>
				spawnSync(executable, words, {encoding: 'utf8', env: {PATH: process.env.PATH, ...env}, maxBuffer: 1 << 28});
			const command = [executable, '-m', 'test', '-v', ...modules];
			const alone = bare(command.slice(1));
			const seen = await entered({command, interpreter, symbols: symbolsOf(interpreter), folder: w.folder, env});
			t.is(seen.counters.reason, null);
			t.is(seen.status, alone.status, seen.stderr.slice(-2000));
			t.deepEqual(results(seen.stdout + seen.stderr), results(alone.stdout + alone.stderr));
			t.true(results(alone.stdout + alone.stderr).length > 100);
		},
	);
}

/** `test_name (test.module.Class) ... ok`, without what differs from run to run. */
function results(output: string): readonly string[] {
	return output
		.split('\n')
		.filter(line => /^test\w* \(.*\.\.\. (ok|FAIL|ERROR|skipped.*|expected failure)$/.test(line))
		.sort();
}
