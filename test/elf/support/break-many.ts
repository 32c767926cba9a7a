/**
 * This file inspects broken ELF files, in a process of its own so that its memory can be measured: `SEED CASES FILE...`.
 * It prints one JSON object.
 */

import {readFileSync} from 'node:fs';
import {callSites} from '../../../src/binding/call-sites.js';
import {disassemble} from '../../../src/binding/disassemble.js';
import {findFunction} from '../../../src/binding/find-function.js';
import {readElf} from '../../../src/elf/elf.js';
import {ElfError, SuiteError} from '../../../src/errors.js';
import {broken, victim} from './break.js';
import {inspectBytes} from './inspect-bytes.js';
import {random} from './random.js';

export interface BrokenResult {
	readonly results: number;
	readonly elfErrors: number;
	/** A machine that is not decoded is refused by a SuiteError that is no ElfError. */
	readonly refused: number;
	/** Anything else, with the case that made it. */
	readonly faults: readonly string[];
	readonly slowestMs: number;
	readonly slowestCase: string;
	readonly peakMegabytes: number;
}

const [seed = 0, cases = 0] = process.argv.slice(2, 4).map(Number);
const victims = process.argv.slice(4).map(path => victim(path, readFileSync(path)));
const result = {results: 0, elfErrors: 0, refused: 0, faults: [] as string[], slowestMs: 0, slowestCase: ''};

for (let index = 0; index < cases; index += 1) {
	// Each case has a seed of its own, so that one can be repeated alone: `SEED+INDEX 1`.
	const below = random(seed + index);
	const chosen = victims[below(victims.length)] as (typeof victims)[number];
	const bytes = broken(chosen, below);
	const what = `seed ${seed + index}: ${chosen.name}`;
	const began = performance.now();
	try {
		const {report} = await inspectBytes(bytes);
		if (below(10) === 0) await lookCloser(bytes, report.symbols[below(report.symbols.length)]?.symbol ?? '');
		result.results += 1;
	} catch (error) {
		if (error instanceof ElfError) result.elfErrors += 1;
		else if (error instanceof SuiteError) result.refused += 1;
		else result.faults.push(`${what}: ${error instanceof Error ? error.stack : error}`);
	}
	const took = performance.now() - began;
	if (took > result.slowestMs) Object.assign(result, {slowestMs: took, slowestCase: what});
	if (result.faults.length >= 5) break;
}

process.stdout.write(
	JSON.stringify({...result, peakMegabytes: process.resourceUsage().maxRSS / 1024} satisfies BrokenResult),
);

async function lookCloser(bytes: Uint8Array, symbol: string): Promise<void> {
	const elf = readElf(bytes);
	for (const {at} of (await callSites(elf, findFunction(elf, symbol)?.targets ?? [])).slice(0, 2))
		await disassemble(elf, at, {before: 3, after: 3});
}
