/** This file is `npm run bench`: ratios from interleaved runs, beside what they shall not exceed. */

import {benchCall} from './call.js';
import {benchCheck, benchLibrary} from './check.js';
import {benchHunt} from './hunt.js';
import {benchInlined} from './inlined.js';
import {benchInspect, libpython} from './inspect.js';
import type {BenchRow} from './pairs.js';
import {python} from './python.js';
import {benchSweep} from './sweep.js';

/** Each measures when it is called, and the rows are printed as they come. */
const benches: readonly (() => readonly BenchRow[] | Promise<readonly BenchRow[]>)[] = [
	benchCall,
	() => benchInspect(),
	() => benchInlined([python(), libpython()].filter(name => name !== null)),
	() => benchHunt(),
	() => benchCheck(python()),
	() => [libpython()].filter(name => name !== null).flatMap(benchLibrary),
	() => benchSweep([python(), libpython()].filter(name => name !== null)),
];

let missed = 0;
for (const bench of benches) {
	for (const row of await bench()) {
		process.stdout.write(`${line(row)}\n`);
		if (row.bound !== null && row.ratio > row.bound) missed++;
	}
}
process.stdout.write(`${missed === 0 ? 'Every bound holds.' : `${missed} bounds are exceeded.`}\n`);
process.exitCode = missed === 0 ? 0 : 1;

function line({what, ratio, bound, pairs}: BenchRow): string {
	const limit = bound === null ? '' : `  (at most ${bound})`;
	return `${ratio.toFixed(2).padStart(7)} ×  ${what}${limit}  [median of ${pairs} pairs]`;
}
