/** This file holds the entry counters to whose flags they may lose: only those that the function itself overwrites first. */

import test from 'ava';
import {loadIced} from '../../src/binding/code/x86-64.js';
import {tryDisplace} from '../../src/entries/x86-64/relocate.js';

const overwrites = test.macro((t, bytes: readonly number[], expected: boolean) => {
	const code = Uint8Array.from([...bytes, ...Array<number>(16).fill(0x90)]);
	const result = tryDisplace(
		loadIced(),
		{
			slot: 0,
			symbols: ['f'],
			address: 0x1000,
			size: code.length,
			at: 0x1000,
			landingPad: new Uint8Array(0),
			bytes: code,
		},
		5,
	);
	t.is(result.kind === 'displaced' ? result.displaced.flagsDead : result.reason, expected);
});

const [testRdi, move, adc, shiftByCl] = [
	[0x48, 0x85, 0xff],
	[0x48, 0x89, 0xf8],
	[0x48, 0x83, 0xd0, 0x01],
	[0x48, 0xd3, 0xe0],
];

test('a test of a register overwrites the flags', overwrites, testRdi, true);
test('so does one behind instructions that leave them alone', overwrites, [...move, 0x55, ...testRdi], true);
test('a subtraction from the stack pointer overwrites the flags', overwrites, [0x48, 0x83, 0xec, 0x08], true);
test('moves alone overwrite none', overwrites, move, false);
test('an addition with carry reads the flags before it writes them', overwrites, [...adc, ...testRdi], false);
test('a shift by a register may write none', overwrites, shiftByCl, false);
test('an increment leaves the carry flag', overwrites, [0x48, 0xff, 0xc0], false);
test('what stands behind a call is too late', overwrites, [0xe8, 0, 0, 0, 0, ...testRdi], false);
test('what stands behind a branch is too late', overwrites, [0x74, 0x02, ...testRdi], false);
test('a branch that depends on the flags reads them', overwrites, [...move, 0x72, 0x02, ...testRdi], false);
