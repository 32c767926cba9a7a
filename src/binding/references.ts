/** This file finds every reference that an object makes to functions, and whether an override reaches it. */

import type {Elf} from '../elf/elf.js';
import {SuiteError} from '../errors.js';
import {decodeAarch64} from './code/aarch64.js';
import type {CodeVisitor, Decode} from './code/code.js';
import {findStubs} from './code/plt.js';
import {codeRanges} from './code/ranges.js';
import {loadX8664} from './code/x86-64.js';
import {fixedPointers} from './fixed-pointers.js';
import {functionStarts} from './function-starts.js';
import {indexSlots, indexTargets, isPreemptible, type ReferenceTarget, type TargetIndex} from './targets.js';

/** How one place refers to a function. */
export type ReferenceForm =
	/** An instruction that calls. */
	| 'call'
	/** An instruction that jumps, which is how a tail call looks. */
	| 'jump'
	/** An instruction that takes the address. */
	| 'instruction'
	/** A word of data that holds the address. */
	| 'data';

/** `direct` names the function's own address; the others name the symbol, for the dynamic linker to find. */
export type ReferencePath = 'direct' | 'plt' | 'got' | 'relocation';

/** `at` is the address of the instruction or of the data word. A preemptible one finds an override. */
export type ReferenceVisitor<T extends ReferenceTarget> = (
	target: T,
	preemptible: boolean,
	form: ReferenceForm,
	path: ReferencePath,
	at: number,
) => void;

/**
 * Visits the references as docs/architecture.md defines them under "What the static witness counts", code first, then data.
 * Errors: ElfError for a bad file, SuiteError for a machine whose code is not decoded.
 */
export async function visitReferences<T extends ReferenceTarget>(
	elf: Elf,
	functions: readonly T[],
	visit: ReferenceVisitor<T>,
): Promise<void> {
	const decode = await decoderOf(elf.machine);
	if (functions.length === 0) return;
	const targets = indexTargets(functions);
	const slots = indexSlots(elf, targets);
	const {code, plt} = codeRanges(elf);
	const found = findStubs(elf.machine, plt, slots.addresses);
	const stubs = new Map(found.map(({address, slot}) => [address, slot]));
	const jumpsOfStubs = new Set(found.map(({jump}) => jump));
	// Most branches stay within their function: a table of the lower address bits passes over nearly all of them.
	const near = new Uint8Array(1 << 16);
	for (const address of [...stubs.keys(), ...targets.byAddress.keys()]) near[address & 0xffff] = 1;
	const throughSlot = (at: number, slot: number, isCall: boolean, path: ReferencePath) => {
		const form = isCall ? 'call' : 'jump';
		const named = slots.named.get(slot);
		if (named !== undefined) visit(named, isPreemptible(elf, named), form, path, at);
		// An indirect function that is bound has a stub of its own, whose slot the resolver fills.
		for (const target of slots.resolved.get(slot) ?? []) visit(target, false, form, path, at);
	};
	const visitor: CodeVisitor = {
		direct(at, address, isCall) {
			if (near[address & 0xffff] === 0) return;
			const slot = stubs.get(address);
			if (slot !== undefined) throughSlot(at, slot, isCall, 'plt');
			const group = targets.byAddress.get(address);
			if (group === undefined) return;
			for (const target of group) {
				const isInside = at >= address && at < address + target.size;
				if (isCall || !isInside) visit(target, false, isCall ? 'call' : 'jump', 'direct', at);
			}
		},
		indirect(at, slot, isCall) {
			if (!jumpsOfStubs.has(at)) throughSlot(at, slot, isCall, 'got');
		},
		address(at, address) {
			for (const target of targets.byAddress.get(address) ?? []) visit(target, false, 'instruction', 'direct', at);
		},
	};
	decode(code, functionStarts(elf), {fixedAddress: elf.header.type === 'executable'}, visitor);
	visitData(elf, targets, visit);
}

async function decoderOf(machine: string): Promise<Decode> {
	switch (machine) {
		case 'x86_64':
			return loadX8664();
		case 'aarch64':
			return decodeAarch64;
		default:
			throw new SuiteError(`The code of the machine ${machine} cannot be decoded.`, {
				hint: 'Give an object for x86_64 or aarch64.',
			});
	}
}

function visitData<T extends ReferenceTarget>(
	elf: Elf,
	{byIndex, byAddress}: TargetIndex<T>,
	visit: ReferenceVisitor<T>,
): void {
	const {relative, others} = elf.relocationTables;
	const {addresses, values} = relative;
	for (let index = 0; index < values.length; index += 1) {
		const group = byAddress.get(values[index] as number);
		for (const target of group ?? []) visit(target, false, 'data', 'direct', addresses[index] as number);
	}
	for (const {kind, table, address, symbol, addend} of others) {
		switch (kind) {
			case 'GLOB_DAT':
			case 'ABSOLUTE':
			case 'PC_RELATIVE': {
				const target = byIndex.get(symbol);
				if (target !== undefined) visit(target, isPreemptible(elf, target), 'data', 'relocation', address);
				break;
			}
			case 'IRELATIVE':
				// The slot of a stub is a part of the calls through it.
				if (table === 'plt') break;
				for (const target of byAddress.get(addend) ?? []) visit(target, false, 'data', 'direct', address);
				break;
			case 'JUMP_SLOT':
			case 'RELATIVE':
			case 'COPY':
			case 'other':
				break;
		}
	}
	if (elf.header.type !== 'executable') return;
	for (const [at, address] of fixedPointers(elf, byAddress)) {
		for (const target of byAddress.get(address) ?? []) visit(target, false, 'data', 'direct', at);
	}
}
