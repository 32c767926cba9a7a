/** This file finds the temporary folders of processes that were killed before they could remove them, and removes them. */

import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';

/**
 * How the names of this process's folders begin: where it runs, its number, and when it started, for numbers come again.
 * Without /proc nobody can tell whether a process lives, and nothing of it is ever taken for a leftover.
 */
export function ownPrefix(): string {
	const place = placeOf();
	return `pyinterpose-${place ?? 'unknown'}-${process.pid}-${startOf(process.pid) ?? 0}-`;
}

const seen = new Set<string>();

/** Once for each folder: what is left there by others does not become more. */
export async function removeLeftovers(parent: string): Promise<void> {
	const place = placeOf();
	if (place === null || seen.has(parent)) return;
	seen.add(parent);
	for (const name of namesIn(parent)) {
		const [, where, pid, start] = /^pyinterpose-([0-9a-f]{12})-(\d+)-(\d+)-\w+$/.exec(name) ?? [];
		if (where !== place || startOf(Number(pid)) === start) continue;
		const folder = join(parent, name);
		// Another run may remove it at the same time.
		if (isOurs(folder)) await rm(folder, {recursive: true, force: true}).catch(() => {});
	}
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function isOurs(folder: string): boolean {
	const stat = lstatSync(folder, {throwIfNoEntry: false});
	return stat?.isDirectory() === true && stat.uid === process.geteuid?.();
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
function startOf(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// Behind the name, which may hold anything; the first of the rest is the third field of proc(5).
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null;
	} catch {
		return null;
	}
}
