/** This file lists the places that refer to one function. */

import type {Elf} from '../elf/elf.js';
import {enclosingFunctions, type PlaceInFunction} from './enclosing-function.js';
import {exportedFunctions} from './exports.js';
import type {ReferenceForm, ReferencePath, ReferenceReach} from './reference.js';
import {visitReferences} from './references.js';
import type {ReferenceTarget} from './targets.js';

export interface CallSite {
	/** The address of the instruction or of the data word. */
	readonly at: number;
	readonly form: ReferenceForm;
	readonly path: ReferencePath;
	readonly reach: ReferenceReach;
	/** The function in which an instruction stands; null for data, and where no symbol tells. */
	readonly inside: PlaceInFunction | null;
}

/**
 * Every reference to a function that the object exports or imports, as `visitReferences` finds them, sorted by address.
 * Empty where the object does neither. `symbol` is a name as `exportedFunctions` gives it.
 */
export async function callSites(elf: Elf, symbol: string): Promise<readonly CallSite[]> {
	const placeOf = enclosingFunctions(elf);
	const sites: CallSite[] = [];
	await visitReferences(elf, targetsNamed(elf, symbol), (_, reach, form, path, at) => {
		sites.push({at, form, path, reach, inside: form === 'data' ? null : placeOf(at)});
	});
	return sites.sort((left, right) => left.at - right.at);
}

function targetsNamed(elf: Elf, symbol: string): readonly ReferenceTarget[] {
	const exported = exportedFunctions(elf).filter(({name}) => name === symbol);
	if (exported.length > 0) return exported;
	return elf.dynamicSymbols
		.filter(({defined, name}) => !defined && name === symbol)
		.map(({name, index}) => ({name, index, address: null, size: 0, visibility: 'default' as const}));
}
