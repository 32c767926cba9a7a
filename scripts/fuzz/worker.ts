/** This file runs cases of one reader in a process of its own: READER SEED FIRST COUNT SCRATCH; one JSON line at the end. */

import {writeSync} from 'node:fs';
import {SuiteError} from '../../src/errors.js';
import {random} from '../../test/elf/support/random.js';
import {type ReaderName, readers} from './readers.js';

export interface Batch {
	readonly results: number;
	/** The reader's own errors. */
	readonly refused: number;
	readonly faults: readonly {readonly index: number; readonly said: string}[];
	readonly slowestMs: number;
	readonly slowest: number;
	readonly peakMegabytes: number;
}

const [name = 'inspect', seed = '0', first = '0', count = '0', scratch = '.'] = process.argv.slice(2);
const prepared = readers[name as ReaderName].prepare(scratch);
const batch = {results: 0, refused: 0, faults: [] as {index: number; said: string}[], slowestMs: 0, slowest: 0};

for (let index = Number(first); index < Number(first) + Number(count); index += 1) {
	// What ends or stalls the process is known by the last number that it wrote.
	if (index % 16 === 0 || count === '1') writeSync(3, `${index}\n`);
	const input = prepared.make(random(Math.imul(Number(seed), 0x9e3779b1) + index));
	const began = performance.now();
	try {
		// For the test of the search itself.
		if (String(index) === process.env.PYINTERPOSE_FUZZ_FAULT) throw new Error('planted');
		await prepared.read(input);
		batch.results += 1;
	} catch (error) {
		if (error instanceof SuiteError) batch.refused += 1;
		else batch.faults.push({index, said: error instanceof Error ? (error.stack ?? error.message) : String(error)});
	}
	const took = performance.now() - began;
	if (took > batch.slowestMs) Object.assign(batch, {slowestMs: took, slowest: index});
}

const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({...batch, peakMegabytes} satisfies Batch));
