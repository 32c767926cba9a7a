/** This file finds every place at which an object uses a variable that it exports or imports, and whether an override is used there. */

import type {Elf} from '../elf/elf.js';
import {addressedFor} from './code/addressed.js';
import {codeRanges} from './code/ranges.js';
import {type DataWord, indexData, type Within} from './data-index.js';
import type {DataTarget} from './exported-data.js';
import {functionStarts} from './function-starts.js';
import {reachByName} from './targets.js';

/** What an override gets of a use. */
export type DataReach =
	/** The dynamic linker looks the variable up, and finds the override. */
	| 'preemptible'
	/** It has the variable's own address. */
	| 'bound'
	/**
	 * It has an address within the variable, does not read or write there, and the object names the variable elsewhere, as compilers and
	 * linkers do: so it may mean a neighbour, such as the end of an array that stands before the variable.
	 */
	| 'unclear';

export interface DataUse<T extends DataTarget> {
	readonly target: T;
	readonly reach: DataReach;
	/** An instruction, or a word of data that a relocation fills. */
	readonly form: 'code' | 'word';
	/** By the variable's own address; by a GOT slot, whoever fills it; by a relocation that names it. */
	readonly path: 'direct' | 'got' | 'relocation';
	/** The address of the instruction or of the word. */
	readonly at: number;
}

/** Visits the uses as docs/data.md defines them, code first. Where code is not decoded, words alone. Errors: ElfError for a bad file. */
export function visitDataUses<T extends DataTarget>(
	elf: Elf,
	variables: readonly T[],
	visit: (use: DataUse<T>) => void,
): void {
	if (variables.length === 0) return;
	const index = indexData(elf, variables);
	const isLimit = limitsOf(elf);
	/** What only computes an address proves something where everything is bound. */
	const computed = ({target, offset}: Within<T>): DataReach | null => {
		if (reachByName(elf, target) === 'bound' || target.isThreads) return 'bound';
		return offset === 0 && isLimit(target.address) ? null : 'unclear';
	};
	const find = addressedFor(elf);
	const fixedAddress = elf.header.type === 'executable';
	find?.(codeRanges(elf).code, functionStarts(elf), {fixedAddress}, (at, address, isAccess, from) => {
		const slot = index.slots.get(address);
		if (slot?.kind === 'named') {
			visit({target: slot.target, reach: reachByName(elf, slot.target), form: 'code', path: 'got', at});
		}
		for (const within of slot?.kind === 'bound' ? slot.variables : []) {
			const reach = computed(within);
			if (reach !== null) visit({target: within.target, reach, form: 'code', path: 'got', at});
		}
		for (const within of index.at(address)) {
			// Within the variable whose address was taken before, this is no further use.
			if (from !== undefined && isWithin(within.target, from)) continue;
			const reach = isAccess ? 'bound' : computed(within);
			if (reach !== null) visit({target: within.target, reach, form: 'code', path: 'direct', at});
		}
	});
	for (const word of index.words) {
		const {at, named} = word;
		if (named !== null) visit({target: named, reach: reachByName(elf, named), form: 'word', path: 'relocation', at});
		for (const within of word.held) {
			const reach = computed(within);
			if (reach !== null && !(reach === 'unclear' && pointsBeforeItself(word, within)))
				visit({target: within.target, reach, form: 'word', path: 'direct', at});
		}
	}
}

function isWithin({address, size}: DataTarget, place: number): boolean {
	return address !== null && place >= address && place < address + Math.max(1, size);
}

/** Otherwise words alone tell. */
export function seesCode(elf: Elf): boolean {
	return addressedFor(elf) !== null;
}

/** Where a section begins another ends, and the symbols that linkers define for such places (`_edata`, `__TMC_END__`) are used by start files. */
function limitsOf({sections}: Elf): (address: number | null) => boolean {
	const begins = new Set(sections.filter(({allocated}) => allocated).map(({address}) => address));
	return address => address !== null && begins.has(address);
}

/** The heads of lists that have no room for all of a node point before themselves, as CPython's `usedpools` do: into what stands there. */
function pointsBeforeItself<T extends DataTarget>({at}: DataWord<T>, {target, offset}: Within<T>): boolean {
	const address = (target.address ?? 0) + offset;
	return offset > 0 && at >= (target.address ?? 0) + target.size && at - address <= headSize;
}

/** Two pointers, and one more for the second word of a head. */
const headSize = 24;
