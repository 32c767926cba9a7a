/** This file counts how an object refers to the functions that a library overrides: those that it exports and those that it imports. */

import {visitReferences} from '../../binding/references.js';
import type {ReferenceTarget} from '../../binding/targets.js';
import type {LoadedObject} from './object.js';

export interface References {
	readonly preemptible: number;
	/** Without the function's references to itself. */
	readonly bound: number;
	/** Of the bound ones, jumps from elsewhere: such a call seems to come from whoever called what jumps. */
	readonly jumps: number;
}

/** By the bare name. Errors: those of `visitReferences`. */
export async function referencesTo(
	object: LoadedObject,
	names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, References>> {
	const {elf} = object;
	const targets: ReferenceTarget[] = [];
	for (const {name, address, size, visibility, index} of object.functions.values()) {
		if (names.has(bare(name))) targets.push({name, address, size, visibility, index});
	}
	for (const {name, defined, index, visibility} of elf.dynamicSymbols) {
		if (defined || !names.has(name)) continue;
		targets.push({
			name,
			address: null,
			size: 0,
			visibility: visibility === 'protected' ? 'protected' : 'default',
			index,
		});
	}
	const found = new Map<string, {preemptible: number; bound: number; jumps: number}>();
	// Names that share an address share its direct references: each place is counted once for each.
	await visitReferences(elf, targets, ({name, address, size}, preemptible, form, _, at) => {
		const isOwn = form !== 'data' && address !== null && at >= address && at < address + size;
		if (isOwn && !preemptible) return;
		const counts = found.get(bare(name)) ?? {preemptible: 0, bound: 0, jumps: 0};
		counts[preemptible ? 'preemptible' : 'bound'] += 1;
		if (!preemptible && form === 'jump') counts.jumps += 1;
		found.set(bare(name), counts);
	});
	return found;
}

/** Without the version that tells it from another of the same name. */
export function bare(name: string): string {
	return name.replace(/@.*$/, '');
}
