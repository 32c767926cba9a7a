/**
 * This file reads callgrind's calls of a program whose functions count their entries. Callgrind sees such a call twice:
 * the function, which goes on to code without a name, and from there comes back. Coming back is no call.
 */

import {readFileSync} from 'node:fs';
import {basename} from 'node:path';

interface Edge {
	readonly from: Place;
	readonly to: Place;
	readonly calls: number;
}

interface Place {
	readonly object: string;
	readonly name: string;
}

const nameless = '???';

export interface Beside {
	/** Calls that entered the function at its entry. */
	readonly entered: ReadonlyMap<string, number>;
	/** What came from nameless code that the function itself never goes to: an override's forwarding, behind the counter. */
	readonly forwarded: ReadonlyMap<string, number>;
}

export function callsBeside(object: string, out: string): Beside {
	const edges = readEdges(out);
	const owners = ownersOf(object, edges);
	const entered = new Map<string, number>();
	const forwarded = new Map<string, number>();
	for (const {from, to, calls: made} of edges) {
		if (to.object !== object) continue;
		const owner = from.object === nameless ? owners.get(from.name) : null;
		if (owner === to.name) continue;
		const calls = owner === undefined ? forwarded : entered;
		calls.set(to.name, (calls.get(to.name) ?? 0) + made);
	}
	return {entered, forwarded};
}

/** How often each function of an object itself goes on in nameless code: where it is entered, and where it calls itself. */
export function callsAside(object: string, out: string): ReadonlyMap<string, number> {
	const calls = new Map<string, number>();
	for (const {from, to, calls: made} of readEdges(out)) {
		if (from.object === object && to.object === nameless) calls.set(from.name, (calls.get(from.name) ?? 0) + made);
	}
	return calls;
}

/**
 * The calls of each function of an object, by the object that makes them, where calls are counted at their sites too. A stub is
 * nameless code that goes on in its function; whoever goes there has called that function, but for the function itself (at its entry,
 * or calling itself) and for the override, in the first of `shims`, whose own callers count instead.
 */
export function callersOf(
	object: string,
	shims: readonly [generated: string, runtime: string],
	out: string,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
	const edges = readEdges(out);
	const stubOf = new Map<string, string>();
	for (const {from, to} of edges) {
		if (from.object === nameless && to.object === object) stubOf.set(from.name, to.name);
	}
	const callers = new Map<string, Map<string, number>>();
	for (const {from, to, calls} of edges) {
		const into = to.object === nameless ? stubOf.get(to.name) : to.name;
		if (into === undefined || ![object, shims[0], nameless].includes(to.object)) continue;
		// A stub goes on in its function; the runtime's constructor looks each up.
		if (
			from.name === into ||
			shims.includes(from.object) ||
			(from.object === nameless && stubOf.get(from.name) === into)
		)
			continue;
		const by = from.object === nameless ? object : from.object;
		const made = callers.get(into) ?? new Map<string, number>();
		callers.set(into, made.set(by, (made.get(by) ?? 0) + calls));
	}
	return callers;
}

/** Which function a piece of nameless code belongs to: the one that goes there, or on from there. */
function ownersOf(object: string, edges: readonly Edge[]): ReadonlyMap<string, string> {
	const owners = new Map<string, string>();
	for (let before = -1; before !== owners.size; ) {
		before = owners.size;
		for (const {from, to} of edges) {
			if (to.object !== nameless || owners.has(to.name)) continue;
			const owner = from.object === object ? from.name : from.object === nameless ? owners.get(from.name) : undefined;
			if (owner !== undefined) owners.set(to.name, owner);
		}
	}
	return owners;
}

function readEdges(out: string): readonly Edge[] {
	const edges: Edge[] = [];
	let from: Place = {object: '', name: ''};
	let to: {object?: string; name: string} = {name: ''};
	for (const line of readFileSync(out, 'utf8').split('\n')) {
		const at = line.indexOf('=');
		const [key, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
		if (key === 'ob') from = {...from, object: basename(value)};
		else if (key === 'fn') from = {...from, name: plain(value)};
		else if (key === 'cob') to = {...to, object: basename(value)};
		else if (key === 'cfn') to = {...to, name: plain(value)};
		else if (key === 'calls') {
			edges.push({from, to: {object: to.object ?? from.object, name: to.name}, calls: Number(value.split(' ')[0])});
			to = {name: ''};
		}
	}
	return edges;
}

/** Without the depth of a recursion: `PyObject_Call'2`. */
function plain(name: string): string {
	return name.replace(/'\d+$/, '');
}
