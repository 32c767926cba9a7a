/** This file writes an entry plan as the blob that native/entries/blob.c reads; native/entries/entries.h says what it holds. */

import type {Elf} from '../elf/elf.js';
import {type Code, displacement, type Entry, type Fixup, type Redirected, type Redirection} from './entry.js';
import type {EntryLayout} from './layout.js';
import type {EntryMachine, EntryPlan, Stub} from './machine.js';
import {bypassedAt} from './place.js';
import type {RedirectedCall, RedirectedCalls} from './site-calls.js';

/** EM_X86_64 and EM_AARCH64. */
const machineNumbers: Readonly<Record<string, number>> = {x86_64: 62, aarch64: 183};

const fixupKinds = {
	'relative-32': 'FIXUP_RELATIVE32',
	'branch-26': 'FIXUP_BRANCH26',
	'absolute-64': 'FIXUP_ABSOLUTE64',
	'thread-32': 'FIXUP_THREAD32',
} as const satisfies Record<Fixup['kind'], keyof EntryLayout>;

const redirectionKinds = {
	past: 'REDIRECTION_PAST',
	bound: 'REDIRECTION_BOUND',
	named: 'REDIRECTION_NAMED',
} as const satisfies Record<RedirectedCall['kind'] | 'past', keyof EntryLayout>;

/** `toSharedRow`: how many rows behind a slot's own its row for the other threads is; 0 where all threads share one. */
export function encodeBlob(
	elf: Elf,
	plan: EntryPlan,
	machine: EntryMachine,
	toSharedRow: number,
	{calls, names}: RedirectedCalls = {calls: [], names: [], recursive: []},
	copyRows = 0,
): Uint8Array {
	const {entries} = plan;
	const {layout} = machine;
	const codeAddress = machine.preferred(elf);
	const countsBeside = calls.length > 0 || entries.some(({copies}) => copies !== undefined);
	const offsets = layOut(entries, machine, codeAddress, countsBeside);
	const siteStubs = encodeSiteStubs(sizeOf(offsets, machine), plan, machine, codeAddress, offsets, toSharedRow, calls);
	const ledger = countsBeside ? {at: codeAddress + siteStubs.ledger, copyRows} : null;
	const stubs = encodeStubs(plan, machine, codeAddress, offsets, ledger);
	const code = Buffer.concat([stubs.code, siteStubs.code]);
	const fixups = [...stubs.fixups, ...siteStubs.fixups];
	const isDisplaced = displacement(entries);
	const redirections = plan.redirections.filter(({at}) => !isDisplaced(at));
	const redirectionsAt = layout.BLOB_HEADER + entries.length * layout.PATCH_SIZE;
	const namesAt = redirectionsAt + (redirections.length + calls.length) * layout.REDIRECTION_SIZE;
	const fixupsAt = namesAt + names.length * layout.NAME_SIZE;
	const codeOffset = align(fixupsAt + fixups.length * layout.FIXUP_SIZE);
	const blob = Buffer.alloc(codeOffset + code.length);
	const buildId = Buffer.from(elf.buildId ?? '', 'hex').subarray(0, layout.BLOB_MOST_BUILD_ID);

	blob.writeBigUInt64LE(layout.BLOB_MAGIC, 0);
	blob.writeUInt32LE(layout.BLOB_VERSION, 8);
	blob.writeUInt32LE(machineNumbers[elf.machine] ?? 0, layout.BLOB_MACHINE_AT);
	blob.writeBigUInt64LE(BigInt(blob.length), layout.BLOB_SIZE_AT);
	const slots = [...entries, ...names].reduce((most, {slot}) => Math.max(most, (slot ?? -1) + 1), 0);
	blob.writeUInt32LE(slots + toSharedRow, layout.BLOB_SLOTS_AT);
	blob.writeUInt32LE(entries.length, layout.BLOB_PATCHES_AT);
	blob.writeUInt32LE(fixups.length, layout.BLOB_FIXUPS_AT);
	blob.writeUInt32LE(code.length, layout.BLOB_CODE_SIZE_AT);
	blob.writeBigInt64LE(BigInt(codeAddress), layout.BLOB_CODE_ADDRESS_AT);
	blob.writeBigUInt64LE(hashHeaders(elf), layout.BLOB_HEADERS_AT);
	blob.writeUInt32LE(buildId.length, layout.BLOB_BUILD_ID_SIZE_AT);
	blob.set(buildId, layout.BLOB_BUILD_ID_AT);
	blob.writeUInt32LE(toSharedRow, layout.BLOB_TO_SHARED_ROW_AT);
	blob.writeUInt32LE(redirections.length + calls.length, layout.BLOB_REDIRECTIONS_AT);
	blob.writeUInt32LE(names.length, layout.BLOB_NAMES_AT);
	blob.writeUInt32LE(stubs.code.length, layout.BLOB_SITE_STUBS_AT);
	blob.writeUInt32LE(siteStubs.ledger, layout.BLOB_LEDGER_AT);

	for (const [index, {slot, copies, address, at, relay, displaced, original}] of entries.entries()) {
		const place = layout.BLOB_HEADER + index * layout.PATCH_SIZE;
		const {counter, resume, jumpBack} = offsets.get(address) as Offsets;
		blob.writeBigUInt64LE(BigInt(address), place + layout.PATCH_ENTRY_AT);
		blob.writeBigUInt64LE(BigInt(at), place + layout.PATCH_AT_AT);
		blob.writeBigUInt64LE(BigInt(relay ?? 0), place + layout.PATCH_RELAY_AT);
		blob.writeUInt32LE(
			copies === undefined ? (slot ?? layout.BLOB_MOST_SLOTS) : layout.BLOB_COPY_SLOT,
			place + layout.PATCH_SLOT_AT,
		);
		blob.writeUInt32LE(counter, place + layout.PATCH_COUNTER_AT);
		blob.writeUInt32LE(resume, place + layout.PATCH_RESUME_AT);
		blob.writeUInt32LE(jumpBack, place + layout.PATCH_JUMP_BACK_AT);
		blob.writeUInt32LE(displaced.length, place + layout.PATCH_DISPLACED_AT);
		blob.writeUInt32LE(original.length, place + layout.PATCH_ORIGINAL_SIZE_AT);
		blob.set(original.subarray(0, layout.PATCH_MOST_ORIGINAL), place + layout.PATCH_ORIGINAL_AT);
	}
	const redirect = redirectionWriter(blob, redirectionsAt, layout);
	for (const one of redirections) redirect(one, 'past', 0, offsets.get(one.entry)?.resume ?? 0);
	for (const one of calls) redirect(one, one.kind, one.slot, siteStubs.targets.get(siteOf(one)) ?? 0);
	for (const [index, {got, entry, slot, symbol}] of names.entries()) {
		const place = namesAt + index * layout.NAME_SIZE;
		blob.writeBigUInt64LE(BigInt(got), place);
		blob.writeBigUInt64LE(BigInt(entry), place + layout.NAME_ENTRY_AT);
		blob.writeUInt32LE(slot, place + layout.NAME_SLOT_AT);
		blob.writeUInt32LE(symbol, place + layout.NAME_SYMBOL_AT);
	}
	for (const [index, {offset, kind}] of fixups.entries()) {
		const place = fixupsAt + index * layout.FIXUP_SIZE;
		blob.writeUInt32LE(offset, place);
		blob.writeUInt32LE(layout[fixupKinds[kind]], place + layout.FIXUP_KIND_AT);
	}
	blob.set(code, codeOffset);
	return blob;
}

/** Writes one behind the other. There are tens of thousands, each of the numbers below 2^53. */
function redirectionWriter(blob: Buffer, begin: number, layout: EntryLayout) {
	const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
	let place = begin;
	return ({operand, original}: Redirection, kind: keyof typeof redirectionKinds, slot: number, target: number) => {
		view.setUint32(place, operand >>> 0, true);
		view.setUint32(place + 4, Math.floor(operand / 2 ** 32), true);
		view.setUint32(place + layout.REDIRECTION_TARGET_AT, target, true);
		view.setUint32(place + layout.REDIRECTION_ORIGINAL_AT, original, true);
		view.setUint32(place + layout.REDIRECTION_KIND_AT, layout[redirectionKinds[kind]], true);
		view.setUint32(place + layout.REDIRECTION_SLOT_AT, slot, true);
		place += layout.REDIRECTION_SIZE;
	};
}

/** Into the code. */
interface Offsets {
	readonly counter: number;
	readonly resume: number;
	readonly jumpBack: number;
	readonly end: number;
}

/** Of the code up to the site stubs: a fixup is at most a double word, and ends within the code. */
function sizeOf(offsets: ReadonlyMap<number, Offsets>, machine: EntryMachine): number {
	return align(Math.max(machine.layout.STUBS_HEAD, ...[...offsets.values()].map(({end}) => end))) + 16;
}

/** The ledger beside the stubs: where it is mapped, and how many rows come before those of copies. */
interface Beside {
	readonly at: number;
	readonly copyRows: number;
}

/** The stub of an entry, or of copies. */
function stubOf(
	entry: Entry,
	machine: EntryMachine,
	address: number,
	codeAddress: number,
	ledger: Beside | null,
	redirected: Redirected,
): Stub {
	const {layout} = machine;
	const bypassed = (row: number) => (ledger?.at ?? 0) + bypassedAt(row, layout);
	if (entry.copies === undefined || machine.copyStub === undefined) {
		const beside = ledger === null || entry.slot === null ? null : bypassed(entry.slot);
		return machine.stub(entry, address, codeAddress, redirected, beside);
	}
	const counters = entry.copies.map(row => bypassed((ledger?.copyRows ?? 0) + row));
	return machine.copyStub(entry, address, counters, redirected);
}

/** Where the stubs stand, by the address of their functions: as large as they are wherever they lead to. */
function layOut(
	entries: EntryPlan['entries'],
	machine: EntryMachine,
	codeAddress: number,
	countsBeside: boolean,
): ReadonlyMap<number, Offsets> {
	const offsets = new Map<number, Offsets>();
	let end = machine.layout.STUBS_HEAD;
	const anywhere = countsBeside ? {at: codeAddress, copyRows: 0} : null;
	for (const entry of entries) {
		const counter = align(end);
		const address = codeAddress + counter;
		const made = () => {
			const {bytes, ...offsets} = stubOf(entry, machine, address, codeAddress, anywhere, () => null);
			return {...offsets, size: bytes.length};
		};
		const {size, resume, jumpBack} = machine.stubSize?.(entry, countsBeside) ?? made();
		end = counter + size;
		offsets.set(entry.address, {counter, resume: counter + resume, jumpBack: counter + jumpBack, end});
	}
	return offsets;
}

function redirectedBy(
	redirections: readonly Redirection[],
	codeAddress: number,
	offsets: ReadonlyMap<number, Offsets>,
): Redirected {
	const byPlace = new Map(redirections.map(redirection => [redirection.at, redirection]));
	return at => {
		const resume = offsets.get(byPlace.get(at)?.entry ?? -1)?.resume;
		return resume === undefined ? null : codeAddress + resume;
	};
}

function encodeStubs(
	{entries, redirections}: EntryPlan,
	machine: EntryMachine,
	codeAddress: number,
	offsets: ReadonlyMap<number, Offsets>,
	ledger: Beside | null,
) {
	const redirected = redirectedBy(redirections, codeAddress, offsets);
	const code = new Uint8Array(sizeOf(offsets, machine));
	const fixups: Fixup[] = [];
	for (const entry of entries) {
		const {counter} = offsets.get(entry.address) as Offsets;
		const stub = stubOf(entry, machine, codeAddress + counter, codeAddress, ledger, redirected);
		code.set(stub.bytes, counter);
		for (const fixup of stub.fixups) fixups.push({...fixup, offset: counter + fixup.offset});
	}
	return {code, fixups};
}

/** What a site stub is for, as one number: a slot, and which of its columns. */
function siteOf({kind, slot}: RedirectedCall): number {
	return 2 * slot + (kind === 'bound' ? 1 : 0);
}

const pageSize = 4096;

/** The site stubs follow the others; the ledger that they count in is mapped on the next page. */
function encodeSiteStubs(
	begin: number,
	{entries, redirections}: EntryPlan,
	machine: EntryMachine,
	codeAddress: number,
	offsets: ReadonlyMap<number, Offsets>,
	toSharedRow: number,
	calls: readonly RedirectedCall[],
) {
	const {layout} = machine;
	const redirected = redirectedBy(redirections, codeAddress, offsets);
	const indexAt = new Map(entries.map(({address}, index) => [address, index]));
	const bySite = new Map<number, RedirectedCall>();
	for (const call of calls) bySite.set(siteOf(call), call);
	/** Where the counters stand depends on how large all of it is. */
	const measureAll = () => {
		let end = begin;
		for (const {entry} of bySite.values()) {
			const size = machine.siteStubSize?.(entries[indexAt.get(entry) ?? 0] as Entry) ?? null;
			if (size === null) return null;
			end = align(end + layout.SITE_STUB_HEAD) + size;
		}
		return {end: bySite.size === 0 ? begin : align(end) + 16};
	};
	const encodeAll = (ledger: number) => {
		const pieces: {readonly site: number; readonly offset: number; readonly index: number; readonly code: Code}[] = [];
		let end = begin;
		for (const [site, {kind, slot, entry}] of bySite) {
			const index = indexAt.get(entry) ?? 0;
			const offset = align(end + layout.SITE_STUB_HEAD);
			const column = kind === 'bound' ? layout.LEDGER_BYPASSED_AT : 0;
			const own = codeAddress + ledger + layout.LEDGER_HEADER + slot * layout.LEDGER_ROW_SIZE + column;
			const counters = {own, shared: own + toSharedRow * layout.LEDGER_ROW_SIZE};
			const resume = codeAddress + (offsets.get(entry)?.resume ?? 0);
			const code = machine.siteStub?.(entries[index] as Entry, codeAddress + offset, counters, resume, redirected);
			if (code === undefined) continue;
			pieces.push({site, offset, index, code});
			end = offset + code.bytes.length;
		}
		return {pieces, end: bySite.size === 0 ? begin : align(end) + 16};
	};
	const {end} = measureAll() ?? encodeAll(0);
	const ledger = Math.ceil(end / pageSize) * pageSize;
	const {pieces} = encodeAll(ledger);
	const code = Buffer.alloc(end - begin);
	for (const {offset, index, code: piece} of pieces) {
		code.writeUInt32LE(layout.SITE_STUB_MARK, offset - begin - layout.SITE_STUB_HEAD);
		code.writeUInt32LE(index, offset - begin - 4);
		code.set(piece.bytes, offset - begin);
	}
	return {
		code,
		ledger: bySite.size === 0 && !entries.some(({copies}) => copies !== undefined) ? 0 : ledger,
		targets: new Map(pieces.map(({site, offset}) => [site, offset])),
		fixups: pieces.flatMap(({offset, code: {fixups}}) => fixups.map(one => ({...one, offset: offset + one.offset}))),
	};
}

function align(size: number): number {
	return (size + 15) & ~15;
}

/** FNV-1a of the program headers, as they are loaded. */
function hashHeaders({bytes, header}: Elf): bigint {
	const {offset, count, entrySize} = header.segments;
	let hash = 0xcbf29ce484222325n;
	for (const byte of bytes.slice(offset, count * entrySize, 'program headers')) {
		hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
	}
	return hash;
}
