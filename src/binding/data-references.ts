/** This file finds the references that an object's data makes to functions, by relocations or, where there are none, by value. */

import type {Elf} from '../elf/elf.js';
import type {PltStub} from './code/code.js';
import {fixedPointers} from './fixed-pointers.js';
import type {ReferenceVisitor} from './reference.js';
import {type GotSlots, type ReferenceTarget, reachByName, type TargetIndex} from './targets.js';

export interface DataContext<T extends ReferenceTarget> {
	readonly elf: Elf;
	/** Whether the code was, so that the calls through a PLT's slots are known. */
	readonly isDecoded: boolean;
	readonly targets: TargetIndex<T>;
	readonly slots: GotSlots<T>;
	readonly stubs: readonly PltStub[];
	/** Whether a word is one that nothing reads to call what it holds. */
	readonly isLeft: (at: number) => boolean;
}

export function visitData<T extends ReferenceTarget>(
	{elf, isDecoded, targets, slots, stubs, isLeft}: DataContext<T>,
	visit: ReferenceVisitor<T>,
): void {
	const {byIndex, byPointer} = targets;
	const {relative, others} = elf.relocationTables;
	const {addresses, values} = relative;
	for (let index = 0; index < values.length; index += 1) {
		const group = byPointer.get(values[index] as number);
		if (group === undefined || isLeft(addresses[index] as number)) continue;
		for (const target of group) visit(target, 'bound', 'data', 'direct', addresses[index] as number);
	}
	for (const {kind, table, address, symbol, addend} of others) {
		if (isLeft(address)) continue;
		switch (kind) {
			case 'GLOB_DAT':
			case 'ABSOLUTE':
			case 'PC_RELATIVE': {
				const target = byIndex.get(symbol);
				if (target !== undefined) visit(target, reachByName(elf, target), 'data', 'relocation', address);
				break;
			}
			case 'IRELATIVE':
				// The slot of a stub is a part of the calls through it.
				if (table === 'plt') break;
				for (const target of byPointer.get(addend) ?? []) visit(target, 'bound', 'data', 'direct', address);
				break;
			case 'JUMP_SLOT': {
				// Otherwise the calls through the slot are counted, and not the slot.
				const target = isDecoded ? undefined : byIndex.get(symbol);
				if (target !== undefined) visit(target, reachByName(elf, target), 'data', 'relocation', address);
				break;
			}
			case 'RELATIVE':
			case 'COPY':
			case 'TLS_MODULE':
			case 'TLS_OFFSET':
			case 'other':
				break;
		}
	}
	if (elf.header.type !== 'executable') return;
	const canonical = new Map(stubs.map(({address, slot}) => [address, slots.named.get(slot)]));
	const pointers = new Set([...byPointer.keys(), ...canonical.keys()]);
	for (const [at, address] of fixedPointers(elf, pointers)) {
		if (isLeft(at)) continue;
		const named = canonical.get(address);
		if (named !== undefined) visit(named, reachByName(elf, named), 'data', 'plt', at);
		for (const target of byPointer.get(address) ?? []) visit(target, 'bound', 'data', 'direct', at);
	}
}
