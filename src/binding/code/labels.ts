/** This file names the addresses that instructions refer to: functions, PLT stubs and GOT slots. */

import type {Elf} from '../../elf/elf.js';
import {enclosingFunctions} from '../enclosing-function.js';
import {slotTest} from '../got.js';
import {findStubs} from './plt.js';

/** `name`, `name+0x10`, `name@plt`, `name@got`; null where nothing is known. */
export type LabelOf = (address: number) => string | null;

export function labelling(elf: Elf): LabelOf {
	const slots = new Map<number, string>();
	const isSlot = slotTest(elf);
	for (const {kind, address, symbol} of elf.relocationTables.others) {
		const name = elf.dynamicSymbols[symbol]?.name ?? '';
		if (name !== '' && isSlot(kind, address)) slots.set(address, name);
	}
	const stubs = new Map<number, string>();
	for (const {address, slot} of findStubs(elf, new Set(slots.keys()))) {
		stubs.set(address, slots.get(slot) ?? '');
	}
	const placeOf = enclosingFunctions(elf);
	return address => {
		const [stub, slot, place] = [stubs.get(address), slots.get(address), placeOf(address)];
		if (stub !== undefined) return `${stub}@plt`;
		if (slot !== undefined) return `${slot}@got`;
		if (place === null) return null;
		return place.offset === 0 ? place.name : `${place.name}+0x${place.offset.toString(16)}`;
	};
}
