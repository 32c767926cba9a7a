/** This file finds where each run of a copy of a function begins, if that is certain. */

import {firstAbove} from '../../binding/code/first-above.js';
import type {CodeSpan} from '../copy.js';
import type {Flow} from './flow.js';

const reasons = {
	outside: 'its entry is not among its own instructions: the compiler merged or moved it',
	second: 'its code can be reached without passing its entry',
	again: 'its code can be run again without passing its entry',
	loop: 'its own code leads back to its entry',
	twice: 'its code seems to stand there twice',
} as const;

/**
 * Where every run of the copy's code begins: at its entry, and where the compiler made several of it (it threads jumps, and unrolls or
 * peels loops) at the beginning of each. As text why that is not certain. `start`: of the function around it.
 */
export function beginningsOf(
	flow: Flow,
	start: number,
	entry: number,
	ranges: readonly CodeSpan[],
): readonly number[] | string {
	const pieces = ranges.map(range => piece(flow, range));
	const first = ranges.findIndex(range => isIn(range, entry));
	const root = flow.indexOf(start);
	if (first === -1 || flow.indexOf(entry) === undefined || root === undefined) return reasons.outside;
	const own = new Uint8Array(flow.addresses.length);
	for (const index of pieces.flat()) own[index] = 1;
	const begins =
		areAlike(flow, pieces) && ranges[first]?.low === entry
			? pieces.map(([low = 0]) => low)
			: [flow.indexOf(entry) ?? 0];
	const isBegin = new Uint8Array(flow.addresses.length);
	for (const index of begins) isBegin[index] = 1;
	if (begins.length === 1 && standsTwice(flow, begins[0] ?? 0, ranges)) return reasons.twice;
	if (begins.some(index => followsInBlock(flow, index, isBegin))) return reasons.twice;
	for (const [index, successors] of flow.successors.entries()) {
		if (own[index] === 1 && isBegin[index] === 0 && successors.some(next => isBegin[next] === 1)) return reasons.loop;
	}
	const reached = reachable(flow, isBegin[root] === 1 ? [] : [root], isBegin);
	const early = [...own.keys()].filter(index => own[index] === 1 && isBegin[index] === 0 && reached[index] === 1);
	if (!areFollowed(flow, early, isBegin)) return reasons.second;
	if (runsAgain(flow, own, begins, isBegin)) return reasons.again;
	return begins.map(index => flow.addresses[index] ?? 0);
}

/** The indices of the instructions in a range. */
function piece({addresses}: Flow, {low, high}: CodeSpan): readonly number[] {
	const indices: number[] = [];
	for (let index = firstAbove(addresses, low - 1); (addresses[index] ?? high) < high; index += 1) indices.push(index);
	return indices;
}

/** Whether the ranges are several of one piece of code: the same instructions, of which the first is not like any other. */
function areAlike({likeness, names}: Flow, pieces: readonly (readonly number[])[]): boolean {
	const [one = []] = pieces;
	const text = (indices: readonly number[]) => indices.map(index => likeness[index]).join(';');
	const isTelling = one.length > 1 || names[one[0] ?? 0] === true;
	return pieces.length > 1 && isTelling && pieces.every(indices => indices.length > 0 && text(indices) === text(one));
}

/** Whether one beginning leads to another without a branch between: that is more likely one run than two. */
function followsInBlock({successors}: Flow, begin: number, isBegin: Uint8Array): boolean {
	for (let index = begin; ; ) {
		const [next, ...others] = successors[index] ?? [];
		if (next === undefined || others.length > 0 || next !== index + 1) return false;
		if (isBegin[next] === 1) return true;
		index = next;
	}
}

function isIn({low, high}: CodeSpan, address: number): boolean {
	return address >= low && address < high;
}

/**
 * A loop that was unrolled, or begun ahead, has what the copy begins with once more, in another range: what names a place in memory is
 * alone enough to know it by, else it and what follows it.
 */
function standsTwice({addresses, likeness, names}: Flow, first: number, ranges: readonly CodeSpan[]): boolean {
	const entry = addresses[first] ?? 0;
	const others = ranges.filter(range => !isIn(range, entry));
	const one = ranges.find(range => isIn(range, entry));
	const isPair = names[first] !== true && one !== undefined && isIn(one, addresses[first + 1] ?? 0);
	return addresses.some(
		(at, index) =>
			likeness[index] === likeness[first] &&
			(!isPair || likeness[index + 1] === likeness[first + 1]) &&
			others.some(range => isIn(range, at)),
	);
}

/** Whether instructions that were moved before the beginning always lead there: then none of them is another beginning. */
function areFollowed(flow: Flow, early: readonly number[], isBegin: Uint8Array): boolean {
	return (
		early.length === 0 ||
		!reachable(flow, early, isBegin).some((isReached, index) => isReached === 1 && flow.leaves[index])
	);
}

/** From the given instructions on, never through those of `without`. */
function reachable({addresses, successors}: Flow, from: readonly number[], without: Uint8Array): Uint8Array {
	const reached = new Uint8Array(addresses.length);
	const left = [...from];
	for (const index of from) reached[index] = 1;
	for (let index = left.pop(); index !== undefined; index = left.pop()) {
		for (const next of successors[index] ?? []) {
			if (without[next] === 1 || reached[next] === 1) continue;
			reached[next] = 1;
			left.push(next);
		}
	}
	return reached;
}

/** Whether some circle that does not pass the entry has both instructions of the copy and others (Tarjan's components). */
function runsAgain(
	{addresses, successors}: Flow,
	own: Uint8Array,
	begins: readonly number[],
	isBegin: Uint8Array,
): boolean {
	const [order, lowest] = [new Int32Array(addresses.length).fill(-1), new Int32Array(addresses.length)];
	const [stack, isOnStack] = [[] as number[], new Uint8Array(addresses.length)];
	let count = 0;
	for (const begin of begins.flatMap(index => successors[index] ?? [])) {
		if (isBegin[begin] === 1 || order[begin] !== -1) continue;
		const way: {readonly node: number; next: number}[] = [];
		const enter = (node: number) => {
			order[node] = lowest[node] = count++;
			stack.push(node);
			isOnStack[node] = 1;
			way.push({node, next: 0});
		};
		enter(begin);
		while (way.length > 0) {
			const step = way[way.length - 1] as {readonly node: number; next: number};
			const {node} = step;
			const successor = successors[node]?.[step.next];
			if (successor !== undefined) {
				step.next += 1;
				if (isBegin[successor] === 1) continue;
				if (order[successor] === -1) enter(successor);
				else if (isOnStack[successor] === 1)
					lowest[node] = Math.min(lowest[node] as number, order[successor] as number);
				continue;
			}
			way.pop();
			const above = way[way.length - 1];
			if (above !== undefined) lowest[above.node] = Math.min(lowest[above.node] as number, lowest[node] as number);
			if (lowest[node] !== order[node]) continue;
			let [mine, others] = [0, 0];
			for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
				isOnStack[member] = 0;
				if (own[member] === 1) mine += 1;
				else others += 1;
				if (member === node) break;
			}
			if (mine > 0 && others > 0) return true;
		}
	}
	return false;
}
