/** This file tells which function an address is in. */

import type {Elf} from '../elf/elf.js';
import type {ElfSymbol} from '../elf/symbols.js';

export interface PlaceInFunction {
	readonly name: string;
	/** How far into the function, in bytes. */
	readonly offset: number;
}

/** Null for an address that no symbol covers. */
export type PlaceOf = (address: number) => PlaceInFunction | null;

export function enclosingFunctions(elf: Elf): PlaceOf {
	const functions = [...elf.dynamicSymbols, ...elf.symbols]
		.filter(({type, defined, name}) => defined && name !== '' && (type === 'function' || type === 'ifunc'))
		.sort((left, right) => left.value - right.value || preference(left) - preference(right));
	return address => {
		let [low, high] = [0, functions.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((functions[middle] as ElfSymbol).value <= address) low = middle + 1;
			else high = middle;
		}
		const below = functions[low - 1];
		if (below === undefined || address >= below.value + below.size) return null;
		return {name: below.name, offset: address - below.value};
	};
}

/** Of several names the last one is taken: an exported one rather than a compiler's own. */
function preference({bind, name}: ElfSymbol): number {
	return (bind === 'local' ? 0 : 2) + (name.includes('.') ? 0 : 1);
}
