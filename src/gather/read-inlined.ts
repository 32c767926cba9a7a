/** This file reads where an object's functions are inlined; it is loaded only where that is not kept. */

import {inlinedFunctions, type NamedAddress} from '../binding/inlined.js';
import {ElfError} from '../errors.js';
import {findDebugInformation} from '../object/debug-files.js';
import type {Environment} from '../process/temporary.js';
import type {InlinedEvidence} from './inlined-evidence.js';

export interface ReadInlined {
	readonly evidence: InlinedEvidence;
	/** Where debug information was looked for. */
	readonly looked: readonly string[];
}

/** Errors: those of reading the object itself. What is wrong with debug information only makes it unknown. */
export function readInlined(path: string, exported: readonly NamedAddress[], env: Environment): ReadInlined {
	const found = findDebugInformation(path, env);
	const {looked} = found;
	if (found.kind === 'missing') return {evidence: {kind: 'unknown', reason: found.reason}, looked};
	try {
		const functions = inlinedFunctions(found.open(), exported).filter(({places}) => places.length > 0);
		const entries = functions.map(
			({symbol, places}) => [symbol, places.map(({within, entry}) => ({within, entry}))] as const,
		);
		const places = new Set(functions.flatMap(({places}) => places)).size;
		return {evidence: {kind: 'known', functions: Object.fromEntries(entries), places}, looked};
	} catch (error) {
		if (!(error instanceof ElfError)) throw error;
		return {evidence: {kind: 'unknown', reason: error.message}, looked};
	}
}
