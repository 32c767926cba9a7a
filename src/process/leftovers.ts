/** This file finds what processes that were killed could not remove, temporary folders and drafts of files, and removes it. */

import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, type Stats} from 'node:fs';
import {join} from 'node:path';

/** A draft stands beside the file that it becomes. */
const kinds = {
	folder: {lead: '', is: (stat: Stats) => stat.isDirectory()},
	draft: {lead: '.', is: (stat: Stats) => stat.isFile()},
} as const;

export type LeftoverKind = keyof typeof kinds;

/**
 * How the names of what this process makes begin: where it runs, its number, and when it started, for numbers come again.
 * Without /proc nobody can tell whether a process lives, and nothing of it is ever taken for a leftover.
 */
export function ownPrefix(kind: LeftoverKind): string {
	return nameBeginning(kind, placeOf(), process.pid, startOf(process.pid) ?? 0);
}

/**
 * Equally long for all processes: the paths are in the environment of what is tested, and move its stack and its heap by their
 * length, on which it depends which objects collide in a cache.
 */
export function nameBeginning(kind: LeftoverKind, place: string | null, pid: number, start: number): string {
	const digits = (number: number, most: number) => String(number).padStart(most, '0');
	return `${kinds[kind].lead}pyinterpose-${place ?? 'unknown'}-${digits(pid, 7)}.${digits(start, 12)}-`;
}

const seen = new Set<string>();

/** Once for each folder and kind: what is left there by others does not become more. */
export function removeLeftovers(parent: string, kind: LeftoverKind): void {
	const place = placeOf();
	if (place === null || seen.has(`${kind} ${parent}`)) return;
	seen.add(`${kind} ${parent}`);
	const {lead, is} = kinds[kind];
	for (const name of namesIn(parent)) {
		if (!name.startsWith(`${lead}pyinterpose-`)) continue;
		const [, where, pid, start] =
			/^pyinterpose-([0-9a-f]{12})-(\d{7})\.(\d{12})-\w+$/.exec(name.slice(lead.length)) ?? [];
		if (where !== place || startOf(Number(pid)) === Number(start)) continue;
		const path = join(parent, name);
		const stat = lstatSync(path, {throwIfNoEntry: false});
		if (stat === undefined || !is(stat) || stat.uid !== process.geteuid?.()) continue;
		remove(path);
	}
}

/** Another run may remove it at the same time. */
function remove(path: string): void {
	try {
		rmSync(path, {recursive: true, force: true});
	} catch {
		// What is left is found again.
	}
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

/** A process's number means something within one namespace of numbers, while one kernel runs: folders can be shared by several. */
function placeOf(): string | null {
	try {
		const parts = [readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'), readlinkSync('/proc/self/ns/pid')];
		return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 12);
	} catch {
		return null;
	}
}

/** In clock ticks since the kernel started; null for a process that there is not. */
function startOf(pid: number): number | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// Behind the name, which may hold anything; the first of the rest is the third field of proc(5).
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3]);
	} catch {
		return null;
	}
}
