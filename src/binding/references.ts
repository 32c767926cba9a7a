/** This file finds every reference that an object makes to functions, and whether an override reaches it. */

import {frameStarts} from '../elf/eh-frame-header.js';
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

/** What an override gets of it. */
export type ReferenceReach =
	/** The dynamic linker looks the symbol up, and finds the override. */
	| 'preemptible'
	/** It has the function's own address. */
	| 'bound'
	/** A bound call of the function by itself, which compilers bind whatever the flags. */
	| 'recursive'
	/**
	 * A bound jump by a function that is nothing but this jump. A compiler makes one where it finds two functions alike
	 * (gcc's -fipa-icf), whatever the flags; `foldedThunks` tells when that is so.
	 */
	| 'thunk';

/** `at` is the address of the instruction or of the data word. */
export type ReferenceVisitor<T extends ReferenceTarget> = (
	target: T,
	reach: ReferenceReach,
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
		if (named !== undefined) visit(named, reachByName(elf, named), form, path, at);
		// An indirect function that is bound has a stub of its own, whose slot the resolver fills.
		for (const target of slots.resolved.get(slot) ?? []) visit(target, 'bound', form, path, at);
	};
	const isThunk = thunkFinder(elf);
	const visitor: CodeVisitor = {
		direct(at, address, isCall) {
			if (near[address & 0xffff] === 0) return;
			const slot = stubs.get(address);
			if (slot !== undefined) throughSlot(at, slot, isCall, 'plt');
			const group = targets.byAddress.get(address);
			if (group === undefined) return;
			for (const target of group) {
				const isInside = at >= address && at < address + target.size;
				if (isCall) visit(target, isInside ? 'recursive' : 'bound', 'call', 'direct', at);
				// A jump from inside is a loop.
				else if (!isInside) visit(target, isThunk(at) ? 'thunk' : 'bound', 'jump', 'direct', at);
			}
		},
		indirect(at, slot, isCall) {
			if (!jumpsOfStubs.has(at)) throughSlot(at, slot, isCall, 'got');
		},
		address(at, address) {
			for (const target of targets.byAddress.get(address) ?? []) visit(target, 'bound', 'instruction', 'direct', at);
		},
	};
	decode(code, functionStarts(elf), {fixedAddress: elf.header.type === 'executable'}, visitor);
	visitData(elf, targets, visit);
}

function reachByName(elf: Elf, target: ReferenceTarget): ReferenceReach {
	return isPreemptible(elf, target) ? 'preemptible' : 'bound';
}

/** Whether a jump is the first instruction of a function, but for a landing pad: what follows is then never reached. */
function thunkFinder(elf: Elf): (jump: number) => boolean {
	// A stripped object has no symbol for a function that it does not export, and .eh_frame_hdr all the same.
	const starts = new Set([...functionStarts(elf), ...frameStarts(elf, elf.segments)]);
	return jump => starts.has(jump) || starts.has(jump - landingPad);
}

/** The size of `endbr64` and of `bti c`. */
const landingPad = 4;

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
		for (const target of group ?? []) visit(target, 'bound', 'data', 'direct', addresses[index] as number);
	}
	for (const {kind, table, address, symbol, addend} of others) {
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
				for (const target of byAddress.get(addend) ?? []) visit(target, 'bound', 'data', 'direct', address);
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
		for (const target of byAddress.get(address) ?? []) visit(target, 'bound', 'data', 'direct', at);
	}
}
