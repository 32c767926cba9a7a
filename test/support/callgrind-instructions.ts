/**
 * This file reads what callgrind says of single instructions (--dump-instr=yes). How often a function was entered is how often its
 * first instruction ran, whoever called it and however: libffi moves the stack, so callgrind sees no calls of it.
 *
 * An object's code beside its .text belongs to no object for callgrind: tcmalloc's functions stand in a section of their own. Such an
 * instruction has its address in the process.
 */

import {readFileSync, realpathSync} from 'node:fs';

/** By the object's real path, then by address of the file. */
type Counts = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface Instructions {
	/** How often the instruction at an address ran. */
	readonly ran: Counts;
	/** Calls of an address, by jumps too, by the object that makes them. */
	readonly calls: ReadonlyMap<string, Counts>;
}

/** `maps` is what the program's /proc/self/maps said; empty where that is not known. */
export function readInstructions(out: string, maps: string): Instructions {
	const ran = new Map<string, Map<number, number>>();
	const calls = new Map<string, Map<string, Map<number, number>>>();
	const place = placing(maps);
	let object = '';
	let callee: string | null = null;
	let call: {readonly to: Place; readonly times: number} | null = null;
	const told = new Set<string>();
	for (const line of readFileSync(out, 'utf8').split('\n')) {
		if (line.startsWith('ob=')) object = line.slice(3);
		else if (line.startsWith('fn=')) told.clear();
		else if (line.startsWith('cob=')) callee = line.slice(4);
		else if (line.startsWith('calls=')) {
			const [times = 0, address] = line.slice(6).split(' ').map(Number);
			call = {to: place(callee ?? object, address), times};
			callee = null;
		} else if (line.startsWith('0x')) {
			const [address, , cost] = line.split(' ').map(Number);
			const at = place(object, address);
			// What follows a call is where it was made, and what it cost. A lone jump is told of twice, before and behind what it jumped to.
			if (call !== null) add(inner(inner(calls, at.object), call.to.object), call.to.address, call.times);
			else if (!told.has(line)) add(inner(ran, at.object), at.address, cost);
			if (call === null) told.add(line);
			call = null;
		}
	}
	return {ran, calls};
}

interface Place {
	/** Its real path. */
	readonly object: string;
	readonly address: number;
}

/** What callgrind calls what it knows no object of. */
const nameless = '???';

function placing(maps: string): (object: string, address: number | undefined) => Place {
	const paths = new Map<string, string>();
	const mapped = [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) .*? (\/.*)$/gm)].map(
		([, low = '', high = '', path = '']) => ({
			low: Number.parseInt(low, 16),
			high: Number.parseInt(high, 16),
			path,
		}),
	);
	return (object, address = Number.NaN) => {
		if (object === nameless) {
			const found = mapped.find(({low, high}) => address >= low && address < high);
			const base = mapped.find(({path}) => path === found?.path);
			if (found !== undefined && base !== undefined) return {object: found.path, address: address - base.low};
		}
		const path = paths.get(object) ?? tryReal(object);
		paths.set(object, path);
		return {object: path, address};
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

function add(counts: Map<number, number>, address: number, times = 0): void {
	counts.set(address, (counts.get(address) ?? 0) + times);
}
