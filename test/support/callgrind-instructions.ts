/**
 * This file reads what callgrind says of single instructions (--dump-instr=yes). How often a function was entered is how often its
 * first instruction ran, whoever called it and however: libffi moves the stack, so callgrind sees no calls of it.
 */

import {readFileSync, realpathSync} from 'node:fs';

/** By the object's real path, then by address of the file. */
export type Counts = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface Instructions {
	/** How often the instruction at an address ran. */
	readonly ran: Counts;
	/** Calls of an address, by jumps too, by the object that makes them. */
	readonly calls: ReadonlyMap<string, Counts>;
}

export function readInstructions(out: string): Instructions {
	const ran = new Map<string, Map<number, number>>();
	const calls = new Map<string, Map<string, Map<number, number>>>();
	const real = realPaths();
	let object = '';
	let callee: string | null = null;
	let isOfCall = false;
	for (const line of readFileSync(out, 'utf8').split('\n')) {
		if (line.startsWith('ob=')) object = real(line.slice(3));
		else if (line.startsWith('cob=')) callee = real(line.slice(4));
		else if (line.startsWith('calls=')) {
			const [times, address] = line.slice(6).split(' ').map(Number);
			add(inner(inner(calls, object), callee ?? object), address, times);
			callee = null;
			// What follows is what the call cost.
			isOfCall = true;
		} else if (line.startsWith('0x')) {
			const [address, , cost] = line.split(' ').map(Number);
			if (!isOfCall) add(inner(ran, object), address, cost);
			isOfCall = false;
		}
	}
	return {ran, calls};
}

function realPaths(): (path: string) => string {
	const known = new Map<string, string>();
	return path => {
		const found = known.get(path) ?? (path.startsWith('/') ? tryReal(path) : path);
		known.set(path, found);
		return found;
	};
}

function tryReal(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return path;
	}
}

function inner<K, V>(outer: Map<string, Map<K, V>>, key: string): Map<K, V> {
	const found = outer.get(key) ?? new Map<K, V>();
	outer.set(key, found);
	return found;
}

function add(counts: Map<number, number>, address = Number.NaN, times = 0): void {
	counts.set(address, (counts.get(address) ?? 0) + times);
}
