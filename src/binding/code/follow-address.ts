/**
 * This file tells whether an address that code takes is only compared. Speculative devirtualization (g++ -O2) compares the
 * content of a vtable's slot with the function that it expects there, and runs an inlined copy where the two are equal: no call
 * goes to the address.
 */

import type {FunctionCode} from './code.js';

/** What an instruction does with the value of a register. */
export type AddressFate = 'kept' | 'compared' | 'used' | 'gone';

/** `isCompared` says whether the address was compared on the way here. */
export type Step = (at: number, isCompared: boolean) => {readonly fate: AddressFate; successors(): readonly number[]};

/** All paths from `first` on are followed, until the register holds another value. `isPart`: what of the function stands elsewhere. */
export function isOnlyCompared(
	{start, end}: FunctionCode,
	first: number,
	step: Step,
	isPart: (at: number) => boolean = () => false,
): boolean {
	const seen = new Set<string>();
	const paths = [{at: first, isCompared: false}];
	let compares = 0;
	for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
		const key = `${path.at} ${path.isCompared}`;
		if (seen.has(key)) continue;
		seen.add(key);
		const isInside = (path.at >= start && path.at < end) || isPart(path.at);
		// A cold part of the function, or another function that may take the register as an argument.
		if (!isInside && path.isCompared) continue;
		if (!isInside || seen.size > mostSteps) return false;
		const {fate, successors} = step(path.at, path.isCompared);
		if (fate === 'used') return false;
		if (fate === 'compared') compares += 1;
		if (fate === 'gone') continue;
		const isCompared = path.isCompared || fate === 'compared';
		for (const at of successors()) paths.push({at, isCompared});
	}
	return compares > 0;
}

/** An address that was not followed to its end counts as taken. */
const mostSteps = 4000;
