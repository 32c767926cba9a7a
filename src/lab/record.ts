/** This file keeps what is known of a build beside it: how far it came, and what it is when it is done. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {FlagName} from './flags.js';

/** How far a build came; each phase is only begun when the one before is done. */
const phases = ['begun', 'configured', 'made', 'installed', 'checked'] as const;
export type Phase = (typeof phases)[number];

export interface BuildRecord {
	readonly phase: Phase;
	/** A variant's name, or the flags of a build that `bisect` made. */
	readonly name: string;
	readonly flags: readonly FlagName[];
	readonly version: string;
	/** Of the source. */
	readonly source: string;
	readonly quick: boolean;
	readonly compiler: string;
	/** The commands that make it, for people. */
	readonly commands: readonly string[];
	/** The interpreter, once it is installed. */
	readonly python: string;
	/** The ELF object that holds the interpreter. */
	readonly interpreter: string;
	readonly seconds: number;
}

/** A build that is finished, and where it lies. */
export interface Built extends BuildRecord {
	readonly folder: string;
}

export async function writeRecord(folder: string, record: BuildRecord): Promise<void> {
	const path = recordPath(folder);
	await writeFile(`${path}.new`, `${JSON.stringify(record, null, '\t')}\n`);
	await rename(`${path}.new`, path);
}

/** Null where there is none, or none that can be read. */
export function readRecord(folder: string): BuildRecord | null {
	try {
		return JSON.parse(readFileSync(recordPath(folder), 'utf8')) as BuildRecord;
	} catch {
		return null;
	}
}

export function reached(record: BuildRecord | null, phase: Phase): boolean {
	return record !== null && phases.indexOf(record.phase) >= phases.indexOf(phase);
}

/** Every build in the cache, finished or not, by name. */
export function allBuilds(root: string): readonly Built[] {
	const builds = join(root, 'builds');
	if (!existsSync(builds)) return [];
	return readdirSync(builds)
		.sort()
		.flatMap(name => {
			const folder = join(builds, name);
			const record = readRecord(folder);
			return record === null ? [] : [{...record, folder}];
		});
}

function recordPath(folder: string): string {
	return join(folder, 'build.json');
}
