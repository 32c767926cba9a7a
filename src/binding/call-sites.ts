/** This file lists the places that refer to one function. */

import type {Elf} from '../elf/elf.js';
import {enclosingFunctions, type PlaceInFunction} from './enclosing-function.js';
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

/** Every reference to the functions, as `visitReferences` finds them, sorted by address. */
export async function callSites(elf: Elf, targets: readonly ReferenceTarget[]): Promise<readonly CallSite[]> {
	const placeOf = enclosingFunctions(elf);
	const sites: CallSite[] = [];
	await visitReferences(elf, targets, (_, reach, form, path, at) => {
		sites.push({at, form, path, reach, inside: form === 'data' ? null : placeOf(at)});
	});
	return sites.sort((left, right) => left.at - right.at);
}
