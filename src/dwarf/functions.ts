/** This file finds the function that an entry of debug information stands for. */

import {ElfError} from '../errors.js';
import {DW_AT} from './abi.js';
import {type DebugInformation, textOf} from './debug-information.js';
import {attributeOf, type Die, hasAttribute} from './dies.js';

/** A function as its source has it, however many bodies and inlined copies it has. Errors of reading its fields: ElfError. */
export interface SourceFunction {
	/** Of the linker's symbol, where it differs from the source's; null where the file has none. */
	readonly name: string | null;
	/** Whether other units can call it by its name. */
	readonly external: boolean;
	/** Where its source begins; null where that is not told. */
	readonly declared: SourcePlace | null;
}

/** Of some file of source: which one is not read. */
export interface SourcePlace {
	readonly line: number;
	/** Null where the compiler does not tell it. */
	readonly column: number | null;
}

/** Gives the functions of the entries that `add` was told of. One value for one function of one unit. */
export class SourceFunctions {
	/** As they were added: those of one file in the order of their offsets. */
	readonly #dies = new Map<DebugInformation, Die[]>();
	readonly #functions = new Map<Die, SourceFunction>();
	/** By where they refer to, those that refer within their own file: most copies are of a few functions. */
	readonly #ofReferred = new Map<DebugInformation, Map<number, SourceFunction | null>>();

	/** An entry of DW_TAG_subprogram, behind those of its file that were added before. */
	add(die: Die): void {
		const dies = this.#dies.get(die.information);
		if (dies === undefined) this.#dies.set(die.information, [die]);
		else dies.push(die);
	}

	/**
	 * Null where the entry refers to one of a shared file that is not there. Errors: ElfError where it refers to what is no entry
	 * of a function.
	 */
	of(die: Die): SourceFunction | null {
		const value = attributeOf(die, DW_AT.abstract_origin);
		if (value?.kind !== 'reference') return this.#find(die);
		let known = this.#ofReferred.get(die.information);
		if (known === undefined) {
			known = new Map();
			this.#ofReferred.set(die.information, known);
		}
		let found = known.get(value.offset);
		if (found === undefined) {
			found = this.#find(die);
			known.set(value.offset, found);
		}
		return found;
	}

	#find(die: Die): SourceFunction | null {
		const origin = this.#originOf(die);
		if (origin === null) return null;
		const known = this.#functions.get(origin);
		if (known !== undefined) return known;
		const declared = this.#referredTo(origin, DW_AT.specification);
		const dies = declared === undefined || declared === null ? [origin] : [origin, declared];
		const found = new NamedFunction(dies);
		this.#functions.set(origin, found);
		return found;
	}

	/** The names of all that are external, and not only declared. */
	defined(): ReadonlySet<string> {
		const names = new Set<string>();
		for (const dies of this.#dies.values()) {
			for (const die of dies) {
				if (hasAttribute(die, DW_AT.declaration) || !isExternal(die)) continue;
				const name = nameOf(die);
				if (name !== null) names.add(name);
			}
		}
		return names;
	}

	/** The entry itself, or the last one that it and its abstract origins refer to. */
	#originOf(die: Die): Die | null {
		let origin = die;
		for (let step = 0; step < mostSteps; step += 1) {
			const next = this.#referredTo(origin, DW_AT.abstract_origin);
			if (next === undefined) return origin;
			if (next === null) return null;
			origin = next;
		}
		throw new ElfError('Entries of debug information refer to each other in a circle', die.offset);
	}

	/** Undefined where the attribute is not there; null where the shared file is not there. */
	#referredTo(die: Die, attribute: number): Die | null | undefined {
		const value = attributeOf(die, attribute);
		if (value === undefined) return undefined;
		const isShared = value.kind === 'shared-reference';
		if (!isShared && value.kind !== 'reference') {
			throw new ElfError('An entry of debug information refers to another in a form that is no reference', die.offset);
		}
		const information = isShared ? die.information.shared : die.information;
		if (information === null) return null;
		const found = dieAt(this.#dies.get(information) ?? [], value.offset);
		if (found !== undefined) return found;
		throw new ElfError('An entry of debug information refers to a function that is not there', die.offset);
	}
}

/** By the offset, in whose order they are. */
function dieAt(dies: readonly Die[], offset: number): Die | undefined {
	let [low, high] = [0, dies.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((dies[middle] as Die).offset < offset) low = middle + 1;
		else high = middle;
	}
	const found = dies[low];
	return found?.offset === offset ? found : undefined;
}

/** Most functions are not exported, and of those nobody asks for the name. */
class NamedFunction implements SourceFunction {
	readonly external: boolean;
	#name: string | null | undefined;
	#declared: SourcePlace | null | undefined;

	/** The entry, and the declaration that it refers to where there is one. */
	constructor(private readonly dies: readonly Die[]) {
		this.external = dies.some(isExternal);
	}

	get name() {
		if (this.#name === undefined) this.#name = firstOf(this.dies, nameOf);
		return this.#name;
	}

	get declared() {
		if (this.#declared === undefined) this.#declared = firstOf(this.dies, placeOfDeclaration);
		return this.#declared;
	}
}

function placeOfDeclaration(die: Die): SourcePlace | null {
	return placeOf(die, DW_AT.decl_line, DW_AT.decl_column);
}

/** Null where the line is not told. */
export function placeOf(die: Die, line: number, column: number): SourcePlace | null {
	const [first, second] = [line, column].map(attribute => attributeOf(die, attribute));
	if (first?.kind !== 'number') return null;
	return {line: first.number, column: second?.kind === 'number' ? second.number : null};
}

/** An inlined copy, its function in a late unit, that one in an early unit (LTO), and a partial unit of dwz: a few in all. */
const mostSteps = 16;

function firstOf<T>(dies: readonly Die[], read: (die: Die) => T | null): T | null {
	for (const die of dies) {
		const value = read(die);
		if (value !== null) return value;
	}
	return null;
}

function nameOf(die: Die): string | null {
	for (const attribute of [DW_AT.linkage_name, DW_AT.MIPS_linkage_name, DW_AT.name]) {
		const value = attributeOf(die, attribute);
		if (value !== undefined) return textOf(value, die.information, die.unit, die.bases);
	}
	return null;
}

function isExternal(die: Die): boolean {
	const value = attributeOf(die, DW_AT.external);
	return value?.kind === 'number' && value.number !== 0;
}
