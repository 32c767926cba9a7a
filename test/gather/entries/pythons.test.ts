/** This file holds the entry counters to real Pythons: nearly every function is counted, the rest named, and all works. */

import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {readElf} from '../../../src/elf/elf.js';
import {exportedFunctions} from '../../../src/elf/exports.js';
import {nativeFolder} from '../../../src/ledger/native.js';
import {entered} from '../../support/entered.js';
import {python} from '../../support/python.js';
import {readelfDefines, systemLibpythons} from '../../support/pythons.js';
import {workshop} from '../../support/workshop.js';

const run = process.arch === 'x64' ? test : test.skip;

interface Started {
	readonly core: string;
	/** What starts it, with a folder in which the launcher finds it. */
	readonly file: string;
	readonly library: boolean;
}

/** The Python that the tests are given, by its own core; and each of the system's libpythons, by the launcher. */
const starts: readonly Started[] = [
	...coresOf(python).map(core => ({core, file: python, library: false})),
	...systemLibpythons().map(core => ({core, file: join(nativeFolder, 'launcher'), library: true})),
];

function coresOf(executable: string): readonly string[] {
	if (readelfDefines(executable, 'PyErr_Occurred')) return [executable];
	const program =
		'import re, sys; sys.stdout.write((re.findall(r"/\\S*libpython\\S*", open("/proc/self/maps").read()) + [""])[0])';
	const core = spawnSync(executable, ['-S', '-c', program], {encoding: 'utf8'}).stdout.trim();
	return existsSync(core) ? [core] : [];
}

const symbolsOf = (core: string) => exportedFunctions(readElf(readFileSync(core))).map(({name}) => name);

/** What may be said of a function that is left alone; a function of one byte has no room for any jump. */
const reasons: readonly RegExp[] = [
	/^it is too short$/,
	/^its own code branches into its first bytes$/,
	/^its own code jumps back to its entry, which is no call$/,
	/^it begins with a branch that has no long form$/,
];

const modules = ['test_dict', 'test_list', 'test_json', 'test_exceptions'];

for (const {core, file, library} of starts) {
	run(`at least 99.5 % of the functions of ${core} count their entries, and the rest are named`, async t => {
		const w = workshop(t);
		w.link('libraries/pyinterpose-target.so', core);
		const symbols = symbolsOf(core);
		const env = library ? {LD_LIBRARY_PATH: join(w.folder, 'libraries')} : {};
		const command = [file, '-S', '-c', 'print(sum(range(100)))'];
		const seen = await entered({command, core, symbols, folder: w.folder, env});
		t.is(seen.stdout, '4950\n', seen.stderr);
		t.is(seen.counters.reason, null);
		t.is(seen.counters.patched + Object.keys(seen.shared).length, seen.patched.length);
		t.is(seen.patched.length + seen.left.length, symbols.length);
		t.true(seen.patched.length >= 0.995 * symbols.length, `${seen.patched.length} of ${symbols.length}`);
		for (const {symbol, reason} of seen.left)
			t.true(
				reasons.some(known => known.test(reason)),
				`${symbol}: ${reason}`,
			);
		t.log(`${seen.patched.length} of ${symbols.length}; left: ${seen.left.map(one => one.symbol).join(' ') || 'none'}`);
		t.true(seen.entries('PyObject_Malloc') + seen.entries('PyMem_Malloc') > 0);
	});

	run(`Python's own tests give the same results with every function of ${core} counted`, async t => {
		const w = workshop(t);
		w.link('libraries/pyinterpose-target.so', core);
		const env = library ? {LD_LIBRARY_PATH: join(w.folder, 'libraries')} : {};
		const bare = (words: readonly string[]) =>
			spawnSync(file, words, {encoding: 'utf8', env: {PATH: process.env.PATH, ...env}, maxBuffer: 1 << 28});
		const installed = modules.filter(name => bare(['-c', `import test.${name}`]).status === 0);
		if (installed.length === 0) {
			t.log(`the package "test" is not installed beside ${dirname(file)}`);
			t.pass();
			return;
		}
		const command = [file, '-m', 'test', '-v', ...installed];
		const alone = bare(command.slice(1));
		const seen = await entered({command, core, symbols: symbolsOf(core), folder: w.folder, env});
		t.is(seen.counters.reason, null);
		t.is(seen.status, alone.status, seen.stderr.slice(-2000));
		t.deepEqual(results(seen.stdout + seen.stderr), results(alone.stdout + alone.stderr));
		t.true(results(alone.stdout + alone.stderr).length > 100);
	});
}

/** `test_name (test.module.Class) ... ok`, without what differs from run to run. */
function results(output: string): readonly string[] {
	return output
		.split('\n')
		.filter(line => /^test\w* \(.*\.\.\. (ok|FAIL|ERROR|skipped.*|expected failure)$/.test(line))
		.sort();
}
