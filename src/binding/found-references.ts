/** This file keeps what an object's code refers to: a check asks for that of all functions first, and then for the calls of some. */

import type {Elf} from '../elf/elf.js';
import type {ReferenceForm, ReferencePath, ReferenceReach, ReferenceVisitor} from './reference.js';
import type {ReferenceTarget} from './targets.js';

/** Visits the references to the functions: has them found, unless they are known with those to others. */
export function visitFound<T extends ReferenceTarget>(
	elf: Elf,
	functions: readonly T[],
	find: (visit: ReferenceVisitor<T>) => void,
	visit: ReferenceVisitor<T>,
): void {
	const known = kept.get(elf);
	if (known !== undefined && functions.every(one => known.functions.has(one))) {
		const wanted: ReadonlySet<ReferenceTarget> = new Set(functions);
		for (const {target, reach, form, path, at} of known.references) {
			if (wanted.has(target)) visit(target as T, reach, form, path, at);
		}
		return;
	}
	const references: Reference[] = [];
	find((target, reach, form, path, at) => {
		references.push({target, reach, form, path, at});
		visit(target, reach, form, path, at);
	});
	kept.set(elf, {functions: new Set(functions), references});
}

interface Reference {
	readonly target: ReferenceTarget;
	readonly reach: ReferenceReach;
	readonly form: ReferenceForm;
	readonly path: ReferencePath;
	readonly at: number;
}

interface Found {
	readonly functions: ReadonlySet<ReferenceTarget>;
	readonly references: readonly Reference[];
}

const kept = new WeakMap<Elf, Found>();
