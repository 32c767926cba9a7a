/**
 * This file holds the static witness to objdump and readelf, symbol by symbol, on the libraries of this machine. All of them
 * are compared with PYINTERPOSE_ORACLE=all, which takes some minutes.
 */

import {readFileSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {readElf} from '../../src/elf/elf.js';
import {inspectBytes} from '../elf/support/inspect-bytes.js';
import {type Library, libraries, spread} from '../elf/support/libraries.js';
import {objdumpOfAarch64} from '../elf/support/objdump.js';
import {countByBinutils} from '../elf/support/oracle.js';
import {file, needing, program} from '../support/needs.js';

const tools = [program('objdump'), program('readelf')];
const hasTools = tools.every(tool => tool === null);
const all = hasTools ? libraries() : [];
/** Each stands for something: Debian's libpython is bound throughout, libc has versions and indirect functions, … */
const telling =
	/^lib(?:python3.*\.so\.1\.0|c\.so\.6|m\.so\.6|stdc\+\+\.so\.6.*|z\.so\.1.*|atomic\.so\.1.*|glib-2\.0\.so\.0.*)$/;
const small = all.filter(({name, size}) => size < 400_000 && !telling.test(name));
const chosen =
	process.env.PYINTERPOSE_ORACLE === 'all'
		? all.filter(({size}) => size < 8_000_000)
		: [...all.filter(({name}) => telling.test(name)), ...spread(small, 24)];

needing(...tools)(`at least 20 libraries are compared (${chosen.length})`, t => {
	t.true(chosen.length >= 20);
});

for (const library of chosen) {
	test.serial(
		`${library.name}: every symbol's references are those that objdump and readelf show`,
		equalsOracle,
		library,
	);
	test.serial(
		`${library.name}: without its section table it gives the same references and mode`,
		sameWithoutSections,
		library,
	);
}

const toolsForAarch64 = [...tools, program(objdumpOfAarch64)];
const foreign = toolsForAarch64.every(tool => tool === null) ? libraries('/usr/aarch64-linux-gnu/lib') : [];
needing(...toolsForAarch64, file('/usr/aarch64-linux-gnu/lib'))(
	`at least 5 aarch64 libraries are compared (${foreign.length})`,
	t => {
		t.true(foreign.length >= 5);
	},
);
for (const library of foreign.filter(({size}) => size < 4_000_000)) {
	test.serial(
		`aarch64 ${library.name}: every symbol's references are those that objdump and readelf show`,
		equalsOracle,
		library,
	);
	test.serial(
		`aarch64 ${library.name}: without its section table it gives the same references and mode`,
		sameWithoutSections,
		library,
	);
}

async function equalsOracle(t: ExecutionContext, {path}: Library): Promise<void> {
	// The tools are waited for, and all the libraries of a machine take minutes: results are told in between.
	await setImmediate();
	const {report} = await inspectBytes(readFileSync(path));
	const expected = countByBinutils(path, report.binding.mode);
	t.is(report.symbols.length, expected.size);
	const seen = report.symbols.map(({verdict: _, sharedWith: __, ...counts}) => counts);
	const differing = seen.filter(({symbol, ...counts}) => !isDeepStrictEqual(counts, expected.get(symbol)));
	t.deepEqual(
		differing.map(counts => ({...counts, expected: expected.get(counts.symbol)})),
		[],
	);
}

async function sameWithoutSections(t: ExecutionContext, {path}: Library): Promise<void> {
	const whole = readFileSync(path);
	const stripped = Uint8Array.from(whole);
	// Offset, count and name index of the section table.
	stripped.fill(0, 40, 48).fill(0, 60, 64);
	t.is(readElf(stripped).sections.length, 0);
	const [{report: expected}, {report: seen}] = [await inspectBytes(whole), await inspectBytes(stripped)];
	// Facts say, among other things, that the object is stripped.
	t.deepEqual({...seen, facts: []}, {...expected, facts: []});
}
