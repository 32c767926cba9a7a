/** This file finds the interpreter's direct calls and jumps that a sweep counts where they are made, on x86-64. */

import type {CodeRange} from '../../binding/code/code.js';
import {firstAbove} from '../../binding/code/first-above.js';
import {codeRanges} from '../../binding/code/ranges.js';
import {decodeX8664} from '../../binding/code/x86-64.js';
import {longestInstruction} from '../../binding/code/x86-64-plain.js';
import {type ExportedFunction, exportedFunctions} from '../../binding/exports.js';
import {functionStarts} from '../../binding/function-starts.js';
import {visitReferencesOfCode} from '../../binding/references.js';
import type {Elf} from '../../elf/elf.js';
import {findOffset} from '../../elf/segments.js';
import {isWithin} from '../code-at.js';
import {displacement, type Entry, type Redirection, type Wanted} from '../entry.js';
import type {EntryPlan} from '../machine.js';
import type {RedirectedCall, RedirectedCalls, SlotName} from '../site-calls.js';

/**
 * Calls of counted functions, bound and through the PLT. A short jump has no room for the distance to a stub, and an instruction that
 * is displaced stands elsewhere: those are left as they are, for the entry counters and the overrides to count.
 */
export async function findRedirectedCalls(
	elf: Elf,
	{entries, redirections}: EntryPlan,
	wanted: readonly Wanted[],
): Promise<RedirectedCalls> {
	const entryAt = new Map(entries.filter(({slot}) => slot !== null).map(entry => [entry.address, entry]));
	const slotOf = new Map(wanted.map(({symbol, slot}) => [symbol, slot]));
	const exported = exportedFunctions(elf);
	const functions = exported.filter(one => entryAt.has(one.address) && slotOf.has(one.name));
	const counted = new Set(functions);
	const taken = new Set(redirections.map(({at}) => at));
	const isDisplaced = displacement(entries);
	const calls: RedirectedCall[] = [];
	const recursive: Redirection[] = [];
	// Of all, which are known after the static witness, and then for whatever list of functions.
	await visitReferencesOfCode(elf, exported, (target, reach, form, path, at) => {
		const {name, address} = target;
		if ((form !== 'call' && form !== 'jump') || !counted.has(target) || taken.has(at) || isDisplaced(at)) return;
		const isNamed = reach === 'preemptible' && path === 'plt' && hasOneVersion(name);
		const isBound = (reach === 'bound' || reach === 'thunk') && path === 'direct';
		const isRecursive = reach === 'recursive' && path === 'direct';
		if (!isNamed && !isBound && !isRecursive) return;
		const found = distanceAt(elf, at);
		const slot = isNamed ? slotOf.get(name) : entryAt.get(address)?.slot;
		if (found === null || slot === undefined || slot === null) return;
		// Only a bound call shows where it leads: to the function itself.
		if (!isNamed && found.target !== address) return;
		taken.add(at);
		const {operand, original} = found;
		if (isRecursive) recursive.push({at, operand, original, entry: address});
		else calls.push({at, operand, original, entry: address, slot, kind: isNamed ? 'named' : 'bound'});
	});
	return {calls, names: namesOf(elf, functions, slotOf, calls), recursive};
}

/**
 * All direct calls of the functions, and jumps to them from elsewhere: what has room for another distance. Only those functions are decoded
 * in which four bytes look like such a distance.
 */
export function findBoundCalls(elf: Elf, entries: readonly Entry[]): readonly Redirection[] {
	const entryAt = new Map(entries.filter(({slot}) => slot !== null).map(entry => [entry.address, entry]));
	const isDisplaced = displacement(entries);
	const starts = functionStarts(elf);
	const found: Redirection[] = [];
	for (const range of codeRanges(elf).code) {
		for (const {low, high} of spansThatMayCall(range, entryAt, starts)) {
			const begin = low - range.address;
			const bytes = range.bytes.subarray(begin, high - range.address + longestInstruction);
			const direct = (at: number, target: number, isCall: boolean) => {
				const entry = entryAt.get(target);
				// Where a span ends the next function begins. A jump from inside is a loop.
				if (entry === undefined || at >= high || (!isCall && isWithin(entry, at)) || isDisplaced(at)) return;
				const distance = distanceAt(elf, at);
				if (distance?.target !== target) return;
				found.push({at, operand: distance.operand, original: distance.original, entry: target});
			};
			const visitor = {direct, indirect: () => {}, address: () => {}};
			decodeX8664([{address: low, bytes}], starts, {fixedAddress: false}, visitor);
		}
	}
	return found;
}

/** From where decoding begins anew to where it does next, in order: those in which some four bytes lead to an entry. */
function* spansThatMayCall(
	{address, bytes}: CodeRange,
	entryAt: ReadonlyMap<number, Entry>,
	starts: readonly number[],
): Generator<{readonly low: number; readonly high: number}> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const end = address + bytes.length;
	const near = new Uint8Array(1 << 16);
	for (const entry of entryAt.keys()) near[entry & 0xffff] = 1;
	for (let offset = 1; offset + 4 <= bytes.length; offset += 1) {
		const opcode = bytes[offset - 1] as number;
		if (opcode !== 0xe8 && opcode !== 0xe9 && (opcode & 0xf0) !== 0x80) continue;
		const target = address + offset + 4 + view.getInt32(offset, true);
		if (near[target & 0xffff] === 0 || !entryAt.has(target)) continue;
		const next = firstAbove(starts, address + offset - 1);
		const high = Math.min(starts[next] ?? end, end);
		yield {low: Math.max(starts[next - 1] ?? address, address), high};
		// What follows is the next span's. Where the four bytes reach into it, they are no distance of this one.
		offset = Math.max(offset, high - address);
	}
}

/** An older version of a name that is exported several times stands in the name. */
function hasOneVersion(name: string): boolean {
	return !name.includes('@');
}

/** CS, DS (which IBT's `notrack` and branch hints use), 32-bit addresses, MPX's `bnd`, REX.W: prefixes that pad a call. */
const prefixes: ReadonlySet<number> = new Set([0x2e, 0x3e, 0x67, 0xf2, 0x48]);

/** The 32-bit distance of a direct call, jump or conditional jump; null for any other instruction. */
function distanceAt(elf: Elf, at: number): {operand: number; original: number; target: number} | null {
	const offset = findOffset(elf.segments, at, 12);
	if (offset === null) return null;
	elf.bytes.need(offset, 12, 'call');
	const {all: bytes, view} = elf.bytes;
	let opcode = offset;
	while (opcode < offset + 3 && prefixes.has(bytes[opcode] as number)) opcode += 1;
	const isDirect = bytes[opcode] === 0xe8 || bytes[opcode] === 0xe9;
	const isConditional = bytes[opcode] === 0x0f && ((bytes[opcode + 1] as number) & 0xf0) === 0x80;
	if (!isDirect && !isConditional) return null;
	const distance = opcode + (isDirect ? 1 : 2);
	const operand = at + (distance - offset);
	return {operand, original: view.getUint32(distance, true), target: operand + 4 + view.getInt32(distance, true)};
}

/** The slots of the GOT through which the named calls go. */
function namesOf(
	elf: Elf,
	functions: readonly ExportedFunction[],
	slotOf: ReadonlyMap<string, number>,
	calls: readonly RedirectedCall[],
): readonly SlotName[] {
	const byIndex = new Map(functions.map(one => [one.index, one]));
	const named = new Set(calls.filter(({kind}) => kind === 'named').map(({slot}) => slot));
	return elf.relocationTables.others.flatMap(({kind, address: got, symbol}) => {
		const target = kind === 'JUMP_SLOT' || kind === 'GLOB_DAT' ? byIndex.get(symbol) : undefined;
		const slot = slotOf.get(target?.name ?? '');
		if (target === undefined || slot === undefined || !named.has(slot)) return [];
		return [{got, entry: target.address, slot, symbol}];
	});
}
