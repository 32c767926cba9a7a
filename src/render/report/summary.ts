/** This file says in one sentence what overriding every exported function at once showed. */

import type {WorkloadTotals} from '../../model/workload-totals.js';
import {counted, grouped, percent} from '../numbers.js';

/** What overriding every exported function showed. */
export function sweepSentence({overridden, called, whole, honored, bypassed}: WorkloadTotals): string {
	const over = `With all ${grouped(overridden)} exported functions overridden at once`;
	if (bypassed === null) {
		return `${over}, ${grouped(called)} were called and ${counted(honored, 'call')} ran an override; calls past an override were not counted.`;
	}
	const made = honored + bypassed;
	return `${over}, ${portion(whole, called)} called functions were honored throughout, and ${portion(honored, made)} calls (${percent(honored, made)}).`;
}

/** What overriding libc's functions of the curated families showed besides. */
export function libcSentence({called, honored, bypassed}: WorkloadTotals): string {
	const of = `Of libc's functions for memory, time and files ${grouped(called)} ${called === 1 ? 'was' : 'were'} called`;
	if (bypassed === null) {
		return `${of}: ${counted(honored, 'call')} ran an override; calls past an override were not counted.`;
	}
	const made = honored + bypassed;
	return `${of}: ${portion(honored, made)} calls (${percent(honored, made)}) ran an override.`;
}

/** `none of 52`, `all 52`, `12 of 52`. */
function portion(part: number, whole: number): string {
	if (part === 0) return whole === 0 ? 'none' : `none of ${grouped(whole)}`;
	if (part === 1 && whole === 1) return 'the one';
	return part === whole ? `all ${grouped(whole)}` : `${grouped(part)} of ${grouped(whole)}`;
}
