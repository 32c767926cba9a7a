/**
 * This file gives every reader of untrusted bytes broken input: [--cases N] [--seed S] [--reader NAME] [--first INDEX].
 * Each case must end in a result or in the reader's own error, within two seconds, all of them within 512 MB. Exit 1 where one
 * does not, with the command that repeats it.
 */

import {type SpawnSyncReturns, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {type Reader, type ReaderName, readers} from './readers.js';
import type {Batch} from './worker.js';

const {values} = parseArgs({
	options: {
		cases: {type: 'string', default: '10000'},
		seed: {type: 'string', default: String(Date.now() % 2 ** 31)},
		reader: {type: 'string'},
		first: {type: 'string', default: '0'},
	},
});
const limits = {milliseconds: 2000, megabytes: 512} as const;
/** Cases for one process: it starts in a third of a second. */
const atOnce = 5000;

const worker = fileURLToPath(new URL('worker.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'pyinterpose-fuzz-'));
let faults = 0;
const told = new Set<string>();
try {
	for (const name of Object.keys(readers) as ReaderName[]) {
		if (values.reader === undefined || values.reader === name) fuzz(name);
	}
} finally {
	rmSync(scratch, {recursive: true, force: true});
}
process.exitCode = faults === 0 ? 0 : 1;

function fuzz(name: ReaderName): void {
	const share = values.reader === undefined ? readers[name].share / 1000 : 1;
	const total = Math.max(1, Math.round(Number(values.cases) * share));
	const first = Number(values.first);
	const sum = {results: 0, refused: 0, slowestMs: 0, peakMegabytes: 0};
	for (let at = first; at < first + total; at += atOnce) {
		const batch = run(name, at, Math.min(atOnce, first + total - at));
		if (batch === null) continue;
		sum.results += batch.results;
		sum.refused += batch.refused;
		sum.slowestMs = Math.max(sum.slowestMs, batch.slowestMs);
		sum.peakMegabytes = Math.max(sum.peakMegabytes, batch.peakMegabytes);
		for (const {index, said} of batch.faults) fault(name, index, 1, said);
		if (batch.slowestMs > limits.milliseconds) fault(name, batch.slowest, 1, `took ${Math.round(batch.slowestMs)} ms`);
		if (batch.peakMegabytes > limits.megabytes) fault(name, at, atOnce, `took ${Math.round(batch.peakMegabytes)} MB`);
	}
	say(
		`${name}: ${total} cases, ${sum.results} read, ${sum.refused} refused, slowest ${Math.round(sum.slowestMs)} ms, ${Math.round(sum.peakMegabytes)} MB`,
	);
	// Faults that nothing notices, and faults that hide all others, would test nothing.
	const {refuses = true}: Reader = readers[name];
	if (refuses && total >= 1000 && sum.refused < total / 100)
		fault(name, first, total, 'hardly any broken input was refused');
}

function run(name: ReaderName, first: number, count: number): Batch | null {
	const ran = spawnSync(process.execPath, [worker, name, seedText(), String(first), String(count), scratch], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
		maxBuffer: 1 << 28,
		timeout: 60_000 + 50 * count,
	});
	if (ran.status === 0) return JSON.parse(ran.stdout);
	const last = Number(String(ran.output[3]).trim().split('\n').at(-1));
	fault(name, last, 16, `the process ended: ${ending(ran)}`);
	return null;
}

function ending({signal, status, error, stderr}: SpawnSyncReturns<string>): string {
	return `${error?.message ?? signal ?? status} ${stderr.trim().split('\n').slice(0, 6).join('\n')}`;
}

function fault(name: ReaderName, index: number, count: number, said: string): void {
	// One place in the code is one fault, however many cases come to it.
	const place = `${name} ${said
		.split('\n')
		.slice(0, 3)
		.join('\n')
		.replace(/\d+ (ms|MB)/, '')}`;
	if (told.has(place)) return;
	told.add(place);
	faults += 1;
	say(`FAULT in ${name}: ${said}`);
	say(`  scripts/fuzz.sh --reader ${name} --seed ${seedText()} --first ${index} --cases ${count}`);
	if (faults >= 20) process.exit(1);
}

function seedText(): string {
	return values.seed;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
