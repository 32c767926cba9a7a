/** This file hunts for interposers: in every ELF object, script and archive under some paths, over all cores. */

import {createHash} from 'node:crypto';
import type {HuntReport} from '../../model/hunt.js';
import {byCodeUnit} from '../../model/order.js';
import {addFailure, type Findings, noFindings} from './findings.js';
import {type Journal, openJournal} from './journal.js';
import {huntNames} from './names.js';
import {lookInAll} from './pool.js';
import {addFindings, makeReport} from './report.js';
import type {HuntUnit} from './unit.js';
import {type ListedUnit, unitsUnder} from './walk.js';

export interface HuntRequest {
	readonly paths: readonly string[];
	/** ELF files whose functions are looked for instead of those of the known libpythons. */
	readonly libpythons: readonly string[];
	readonly jobs: number;
	readonly shard: {readonly index: number; readonly count: number} | undefined;
	/** Where what is done is kept. */
	readonly resume: string | undefined;
	readonly secondsPerArchive: number;
	readonly tool: HuntReport['tool'];
	readonly signal: AbortSignal;
	progress(what: string): void;
}

/** Errors: SuiteError for a path or object that is not there, and the signal's reason. */
export async function huntIn(request: HuntRequest): Promise<HuntReport> {
	const names = huntNames(request.libpythons);
	const found = noFindings();
	const journal = request.resume === undefined ? undefined : openJournal(request.resume, digest(names));
	try {
		const listed = unitsUnder(request.paths, (path, {message}) => addFailure(found, path, message));
		const units = toDo(listed, request, journal, found);
		const setting = {...names, secondsPerArchive: request.secondsPerArchive};
		await lookInAll(units, request.jobs, setting, request.signal, ({unit, stamp}, findings) => {
			journal?.add(pathOf(unit), stamp, findings);
			addFindings(found, findings);
			request.progress(`${found.counts.objects} ELF objects in ${found.counts.files} files: ${unit.path}`);
		});
	} finally {
		journal?.close();
	}
	return makeReport(found, {
		tool: request.tool,
		looked: {
			paths: [...request.paths].sort(byCodeUnit),
			shards: request.shard === undefined ? [] : [`${request.shard.index}/${request.shard.count}`],
			libpython: request.libpythons.length === 0 ? ['known'] : [...request.libpythons].sort(byCodeUnit),
			functions: {libpython: names.libpython.length, libc: names.libc.length},
		},
	});
}

/** What belongs to this shard and is not done; what is done is added to what was found. */
function* toDo(
	listed: Iterable<ListedUnit>,
	{shard}: HuntRequest,
	journal: Journal | undefined,
	found: Findings,
): Generator<ListedUnit> {
	for (const unit of listed) {
		if (shard !== undefined && numberOf(unit.key) % shard.count !== shard.index - 1) continue;
		const known = journal?.known(pathOf(unit.unit), unit.stamp);
		if (known === undefined) yield unit;
		else addFindings(found, known);
	}
}

/** A folder's own files go together; one file that was named is a unit of its own. */
function pathOf(unit: HuntUnit): string {
	return unit.kind === 'folder' && unit.files.length === 1 ? `${unit.path}/${unit.files[0]}` : unit.path;
}

/** The same on every machine of a batch system, whatever the order in which folders are listed. */
function numberOf(key: string): number {
	return createHash('sha256').update(key).digest().readUInt32BE(0);
}

function digest(names: {readonly libpython: readonly string[]; readonly libc: readonly string[]}): string {
	return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16);
}
