/** This file finds the references that an object's code makes to functions. */

import {frameStarts} from '../elf/eh-frame-header.js';
import type {Elf} from '../elf/elf.js';
import type {ElfSymbol} from '../elf/symbols.js';
import type {CodeRange, CodeVisitor, FunctionCode, FunctionFinder, MachineCode, PltStub} from './code/code.js';
import {firstAbove} from './code/first-above.js';
import {functionStarts} from './function-starts.js';
import type {ReferencePath, ReferenceVisitor} from './reference.js';
import {type GotSlots, type ReferenceTarget, reachByName, type TargetIndex} from './targets.js';

export interface CodeContext<T extends ReferenceTarget> {
	readonly elf: Elf;
	readonly decoder: MachineCode;
	readonly code: readonly CodeRange[];
	readonly targets: TargetIndex<T>;
	readonly slots: GotSlots<T>;
	readonly stubs: readonly PltStub[];
}

export function visitCode<T extends ReferenceTarget>(context: CodeContext<T>, visit: ReferenceVisitor<T>): void {
	const {elf, decoder, code, targets, slots} = context;
	const stubs = new Map(context.stubs.map(({address, slot}) => [address, slot]));
	const jumpsOfStubs = new Set(context.stubs.map(({jump}) => jump));
	// Most branches stay within their function: a table of the lower address bits passes over nearly all of them.
	const near = new Uint8Array(1 << 16);
	for (const address of [...stubs.keys(), ...targets.byEntry.keys()]) near[address & 0xffff] = 1;
	const throughSlot = (at: number, slot: number, isCall: boolean, path: ReferencePath) => {
		const form = isCall ? 'call' : 'jump';
		const named = slots.named.get(slot);
		if (named !== undefined) visit(named, reachByName(elf, named), form, path, at);
		// An indirect function that is bound has a stub of its own, whose slot the resolver fills.
		for (const target of slots.resolved.get(slot) ?? []) visit(target, 'bound', form, path, at);
	};
	const starts = allStarts(elf);
	const functionAt = functionFinder(code, starts);
	const isThunk = (jump: number) => isFirst(decoder, jump, functionAt(jump));
	const partOf = coldParts(context, functionAt);
	const called = new Set<number>();
	const callsInParts: {readonly target: T; readonly at: number; readonly part: number}[] = [];
	const visitor: CodeVisitor = {
		direct(at, address, isCall) {
			if (isCall) called.add(address);
			if (near[address & 0xffff] === 0) return;
			const slot = stubs.get(address);
			if (slot !== undefined) throughSlot(at, slot, isCall, 'plt');
			for (const target of targets.byEntry.get(address) ?? []) {
				const isInside = isWithin(target, at);
				const part = isCall && !isInside ? partOf(target, at) : null;
				if (part !== null) callsInParts.push({target, at, part});
				else if (isCall) visit(target, isInside ? 'recursive' : 'bound', 'call', 'direct', at);
				// A jump from inside is a loop.
				else if (!isInside) visit(target, isThunk(at) ? 'thunk' : 'bound', 'jump', 'direct', at);
			}
		},
		indirect(at, slot, isCall) {
			if (!jumpsOfStubs.has(at)) throughSlot(at, slot, isCall, 'got');
		},
		address(at, address) {
			const group = targets.byPointer.get(address);
			const slot = stubs.get(address);
			// A position-dependent executable takes the address of its PLT stub for that of the function; all others then do so too.
			const named = slot === undefined ? undefined : slots.named.get(slot);
			if (named !== undefined) visit(named, reachByName(elf, named), 'instruction', 'plt', at);
			if (group === undefined && address !== at) return;
			const inside = functionAt(at);
			if (inside !== null && (address === at || address === inside.start)) {
				if (decoder.followBase(inside, at, visitor)) return;
			}
			if (group === undefined) return;
			// In an executable nothing else is looked for: there, all is bound.
			const isCompared = !elf.executable && inside !== null && decoder.onlyCompares(inside, at, functionAt);
			for (const target of group) visit(target, isCompared ? 'compared' : 'bound', 'instruction', 'direct', at);
		},
	};
	decoder.decode(code, functionStarts(elf), {fixedAddress: elf.header.type === 'executable'}, visitor);
	// What is called is a function, and no part of the one that ends in a jump to it.
	for (const {target, at, part} of callsInParts)
		visit(target, called.has(part) ? 'bound' : 'recursive', 'call', 'direct', at);
}

function isWithin({address, size}: ReferenceTarget, at: number): boolean {
	return address !== null && at >= address && at < address + size;
}

/** Whether a jump is what its function begins with. */
function isFirst({isPreamble}: MachineCode, jump: number, code: FunctionCode | null): boolean {
	if (code === null) return false;
	const before = jump - code.start;
	return (
		before === 0 ||
		(before <= longestPreamble && isPreamble(code.bytes.subarray(0, before + longestInstruction), before))
	);
}

const longestPreamble = 12;

/**
 * gcc moves what hardly ever runs out of a function, to `NAME.cold`; a call from there to the function is recursive, too. Once
 * the name is stripped, a jump from the function into the part tells; any other name says that it is a function of its own, which the
 * first one ends in. Gives where the part begins; null for a place in none.
 */
function coldParts(
	{elf, code, decoder}: CodeContext<ReferenceTarget>,
	functionAt: FunctionFinder,
): (target: ReferenceTarget, at: number) => number | null {
	const jumpsOf = new Map<ReferenceTarget, readonly number[]>();
	const named = new Set(elf.dynamicSymbols.filter(({defined}) => defined).map(({value}) => value));
	let others: ReadonlySet<number> | undefined;
	return (target, at) => {
		const part = functionAt(at);
		if (part === null || named.has(part.start)) return null;
		others ??= new Set(elf.symbols.filter(isOfItsOwn).map(({value}) => value));
		if (others.has(part.start)) return null;
		let jumps = jumpsOf.get(target);
		if (jumps === undefined) {
			jumps = jumpsFrom(target, code, decoder);
			jumpsOf.set(target, jumps);
		}
		return jumps.some(to => to >= part.start && to < part.end) ? part.start : null;
	};
}

function isOfItsOwn({type, defined, name}: ElfSymbol): boolean {
	return type === 'function' && defined && !/\.cold(\.\d+)?$/.test(name);
}

function jumpsFrom(
	{address, size}: ReferenceTarget,
	code: readonly CodeRange[],
	{decode}: MachineCode,
): readonly number[] {
	const range = code.find(
		one => address !== null && address >= one.address && address < one.address + one.bytes.length,
	);
	if (range === undefined || address === null) return [];
	const jumps: number[] = [];
	const begin = address - range.address;
	const body = {address, bytes: range.bytes.subarray(begin, begin + size)};
	decode(
		[body],
		[],
		{fixedAddress: false},
		{
			direct: (_, to, isCall) => {
				if (!isCall) jumps.push(to);
			},
			indirect: () => {},
			address: () => {},
		},
	);
	return jumps;
}

/** A stripped object has no symbol for a function that it does not export, and .eh_frame_hdr all the same. */
function allStarts(elf: Elf): ReadonlySet<number> {
	return new Set([...functionStarts(elf), ...frameStarts(elf, elf.segments)]);
}

/** The last instruction of a function is read whole, even where the function is said to end in it. */
const longestInstruction = 15;

function functionFinder(code: readonly CodeRange[], known: ReadonlySet<number>): FunctionFinder {
	let sorted: Float64Array | undefined;
	// Code is visited in the order of addresses, so that the next is mostly asked of the same function.
	let last: FunctionCode | null = null;
	return at => {
		if (last !== null && at >= last.start && at < last.end) return last;
		const range = code.find(({address, bytes}) => at >= address && at < address + bytes.length);
		if (range === undefined) return null;
		sorted ??= Float64Array.from(known).sort();
		const next = firstAbove(sorted, at);
		const start = sorted[next - 1];
		if (start === undefined || start < range.address) return null;
		const end = Math.min(sorted[next] ?? Number.POSITIVE_INFINITY, range.address + range.bytes.length);
		const bytes = range.bytes.subarray(start - range.address, end - range.address + longestInstruction);
		last = {start, end, bytes};
		return last;
	};
}
