/** This file counts the jumps that lead to a function within its own object: such a call seems to come from whoever called what jumps. */

import {visitReferencesOfCode} from '../../binding/references.js';
import {bare, type LoadedObject} from './object.js';

/** By the bare name; from elsewhere than the function itself. Errors: those of `visitReferencesOfCode`. */
export async function jumpsTo(object: LoadedObject, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
	const targets = [...object.functions.values()].filter(({name}) => names.has(bare(name)));
	const found = new Map<string, number>();
	await visitReferencesOfCode(object.elf, targets, ({name}, reach, form) => {
		if (form !== 'jump' || (reach !== 'bound' && reach !== 'thunk')) return;
		found.set(bare(name), (found.get(bare(name)) ?? 0) + 1);
	});
	return found;
}
