/** This file tests how the rows that are copied out for each claim are laid out and read. */

import {truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createCopies, readCopies} from '../../../src/gather/counted/copies.js';
import {phaseCount, planned} from '../../../src/gather/counted/plan.js';
import {columns} from '../../../src/ledger/row.js';
import type {Claim} from '../../../src/model/claim.js';
import {workshop} from '../../support/workshop.js';

const claim = (symbol: string, family: Claim['family'] = 'error'): Claim => ({
	id: `${symbol}/extension`,
	symbol,
	route: 'extension',
	family,
});
const slots: Readonly<Record<string, readonly number[]>> = {one: [3], two: [5, 7]};
const laidOut = planned([claim('one'), claim('two'), claim('none')], ({symbol}) => slots[symbol] ?? []);

/** Rows of a slot: two in each of three phases, from before a claim, and then from after it. Each number is the row's own times its column's. */
function rowsOf(...factors: readonly number[]): readonly bigint[] {
	return factors.flatMap(factor => Array.from({length: columns}, (_, column) => BigInt(factor) * BigInt(column + 1)));
}

function written(t: ExecutionContext, ...numbers: readonly bigint[]): string {
	const path = join(workshop(t).folder, 'copies');
	const bytes = Buffer.alloc(8 * numbers.length);
	for (const [at, number] of numbers.entries()) bytes.writeBigUInt64LE(number, 8 * at);
	writeFileSync(path, bytes);
	return path;
}

const zeros = rowsOf(...Array.from({length: 12}, () => 0));

test('what the rows of a claim grew by is its calls, by phase, those of all threads together', t => {
	const path = written(t, ...rowsOf(1, 10, 2, 20, 3, 30, 101, 10, 202, 21, 1003, 32), ...zeros, ...zeros);
	const [once, twice, thrice] = readCopies(path, laidOut)(laidOut[0] as (typeof laidOut)[number]);
	t.deepEqual(once, [{honored: [100, 200, 300, 400], bypassed: [500, 600, 700, 800]}]);
	t.deepEqual(twice, [{honored: [201, 402, 603, 804], bypassed: [1005, 1206, 1407, 1608]}]);
	t.deepEqual(thrice, [{honored: [1002, 2004, 3006, 4008], bypassed: [5010, 6012, 7014, 8016]}]);
});

test('each slot of a claim has rows of its own, and no other claim has them', t => {
	const path = written(
		t,
		...zeros,
		...rowsOf(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0),
		...rowsOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
	);
	const read = readCopies(path, laidOut);
	const first = ({honored}: {readonly honored: readonly number[]}) => honored[0];
	const seen = laidOut.map(one => read(one).map(rows => rows.map(first)));
	t.deepEqual(seen, [
		[[0], [0], [0]],
		[
			[1, 0],
			[0, 0],
			[0, 2],
		],
		[[], [], []],
	]);
});

test('a count beyond 32 bits is read whole', t => {
	const large = 2 ** 40 + 5;
	const path = written(t, ...rowsOf(0, 0, 0, 0, 0, 0, large, 0, 0, 0, 0, 0), ...zeros, ...zeros);
	t.is(readCopies(path, laidOut)(laidOut[0] as (typeof laidOut)[number])[0]?.[0]?.honored[0], large);
});

test('the file is made as large as the rows of all claims, and one that was cut is an error', t => {
	const path = join(workshop(t).folder, 'copies');
	createCopies(path, laidOut);
	t.deepEqual(readCopies(path, laidOut)(laidOut[0] as (typeof laidOut)[number])[2]?.[0]?.bypassed, [0, 0, 0, 0]);
	truncateSync(path, 3 * 12 * columns * 8 - 1);
	t.throws(() => readCopies(path, laidOut), {message: /is too short/});
});

test('claims share the phases behind phase 0, but for those that are counted when Python is gone', t => {
	const claims = planned(
		[claim('one'), claim('Py_Finalize', 'lifecycle'), claim('two'), claim('Py_FinalizeEx', 'lifecycle')],
		() => [1],
	);
	t.deepEqual(
		claims.map(({phase, copyAt}) => [phase, copyAt === null]),
		[
			[1, false],
			[4, true],
			[1, false],
			[7, true],
		],
	);
	t.is(phaseCount(claims), 10);
	t.is(phaseCount(laidOut), 4);
});
