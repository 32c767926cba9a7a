/**
 * This file plans entry counters, which are inline hooks: for each function which instructions are displaced into a stub, and where
 * the jump to the stub is written; for each that is left alone the reason. native/entries/entries.h says how a stub works. Nothing
 * is guessed: a function whose first bytes might be reached in any way but by its entry is left alone.
 */

import {type ExportedFunction, exportedFunctions} from '../binding/exports.js';
import type {Elf} from '../elf/elf.js';
import {findOffset} from '../elf/segments.js';
import {ElfError} from '../errors.js';
import {byCodeUnit} from '../model/order.js';

/** A function to count, under a row of the ledger. */
export interface Wanted {
	readonly slot: number;
	/** As `exportedFunctions` names it. */
	readonly symbol: string;
}

export interface LeftAlone {
	readonly symbol: string;
	/** A clause that finishes "Its entries are not counted:". */
	readonly reason: string;
}

/** One entry that is counted. */
export interface Entry {
	/** Null for a donor: it is patched only to lend its bytes to a relay jump, and is not counted. */
	readonly slot: number | null;
	/** All wanted names of this address; one counter serves them all. */
	readonly symbols: readonly string[];
	readonly address: number;
	readonly size: number;
	/** Where the jump is written: the address, or behind its landing pad. */
	readonly at: number;
	/** ENDBR64, BTI or their like; empty where there is none. */
	readonly landingPad: Uint8Array;
	readonly displaced: Displaced;
	/** The bytes that are there now: what is displaced, and what the jump overwrites. */
	readonly original: Uint8Array;
	/** Instead of an entry, the beginning of inlined copies: the rows under which they are counted, one for each copy. */
	readonly copies?: readonly number[];
	/** Where the relay jump is written, to which a short jump at the entry leads: in the bytes of a donor. Null for a long jump. */
	readonly relay: number | null;
}

/** The instructions of a function that are displaced: the first ones. */
export interface Displaced {
	/** How many bytes of the function they are. */
	readonly length: number;
	/** How many bytes are written over: by the jump, and in a donor by a relay jump. None but the first may be branched to. */
	readonly overwritten: number;
	/** Whether a call is among them, which returns to where they are encoded. */
	readonly calls: boolean;
	/** Whether the function overwrites the flags before anything may read them: nobody then relies on them at its entry. */
	readonly flagsDead: boolean;
	/** The instructions, encoded to stand at `address` of the file. */
	encode(address: number, redirected: Redirected): Code;
}

/** Where an instruction is redirected to, as an address beside the stubs' own; null for one that goes where it went. */
export type Redirected = (at: number) => number | null;

/**
 * A call that no override could get, whatever the flags of the build: it is pointed at where the stub of the entered function resumes,
 * and is not counted.
 */
export interface Redirection {
	/** The instruction. */
	readonly at: number;
	/** Where its 32 bits are: the distance that ends it (x86-64), or the word that it is (aarch64). */
	readonly operand: number;
	readonly original: number;
	/** The address of the function that it enters. */
	readonly entry: number;
}

export interface Code {
	readonly bytes: Uint8Array;
	readonly fixups: readonly Fixup[];
}

/** From `low` to before `high`. */
export interface CodeSpan {
	readonly low: number;
	readonly high: number;
}

/** A copy of a function that was inlined, to be counted at its entry. */
export interface WantedCopy {
	readonly symbol: string;
	/** Where the function itself is. */
	readonly original: number;
	/** In the ledger, from the first row for copies on. */
	readonly row: number;
	/** Null where none of its code is left. */
	readonly entry: number | null;
	readonly ranges: readonly CodeSpan[];
	/** The name of the function that it stands in; null where debug information names none. */
	readonly within: string | null;
	/** The code of that function; null where it is not known. */
	readonly around: {readonly start: number; readonly ranges: readonly CodeSpan[]} | null;
}

export interface CopyLeftAlone extends Pick<WantedCopy, 'symbol' | 'within' | 'entry'> {
	/** A clause that finishes "It is not counted:". */
	readonly reason: string;
}

export interface PlannedCopies {
	readonly counted: readonly WantedCopy[];
	/** Some copies have several: the compiler made several of one piece of code. */
	readonly entries: readonly Entry[];
	readonly left: readonly CopyLeftAlone[];
}

/** A place in the code that depends on its distance from the interpreter: FIXUP_RELATIVE32, … of native/layout.h. */
export interface Fixup {
	readonly offset: number;
	readonly kind: 'relative-32' | 'branch-26' | 'absolute-64' | 'thread-32';
}

/** A direct call or jump of the interpreter's that a sweep counts where it is made, as bypassed or (through the PLT) as honored. */
export interface RedirectedCall extends Redirection {
	readonly kind: 'bound' | 'named';
	/** Under which it is counted. */
	readonly slot: number;
}

/** A slot of the GOT, and what the interpreter's call through it means to call. */
export interface SlotName {
	readonly got: number;
	/** The address of the function. */
	readonly entry: number;
	readonly slot: number;
	/** Its index among the dynamic symbols. */
	readonly symbol: number;
}

export interface RedirectedCalls {
	readonly calls: readonly RedirectedCall[];
	readonly names: readonly SlotName[];
	/** Calls of a function by a part of it that stands elsewhere: they are no calls by others, and `redirections` knows nothing of the part. */
	readonly recursive: readonly Redirection[];
}

/** The refusal of one function. */
export class Refusal extends Error {}

/** A function, before it is known whether its entries can be counted. */
export interface Candidate extends Pick<Entry, 'slot' | 'symbols' | 'address' | 'size' | 'at' | 'landingPad'> {
	/** From `at` on: more than any patch replaces. */
	readonly bytes: Uint8Array;
}

export interface Arrangement {
	readonly entries: readonly Entry[];
	readonly refused: ReadonlyMap<Candidate, string>;
}

/** The numbers of native/layout.h that the plan needs; src/ledger tells them. */
export type EntryLayout = Readonly<
	Record<
		| 'BLOB_VERSION'
		| 'BLOB_HEADER'
		| 'BLOB_MACHINE_AT'
		| 'BLOB_SIZE_AT'
		| 'BLOB_SLOTS_AT'
		| 'BLOB_PATCHES_AT'
		| 'BLOB_FIXUPS_AT'
		| 'BLOB_CODE_SIZE_AT'
		| 'BLOB_CODE_ADDRESS_AT'
		| 'BLOB_HEADERS_AT'
		| 'BLOB_BUILD_ID_SIZE_AT'
		| 'BLOB_BUILD_ID_AT'
		| 'BLOB_TO_SHARED_ROW_AT'
		| 'BLOB_REDIRECTIONS_AT'
		| 'BLOB_NAMES_AT'
		| 'BLOB_SITE_STUBS_AT'
		| 'BLOB_LEDGER_AT'
		| 'BLOB_MOST_BUILD_ID'
		| 'BLOB_MOST_SLOTS'
		| 'BLOB_COPY_SLOT'
		| 'PATCH_SIZE'
		| 'PATCH_ENTRY_AT'
		| 'PATCH_AT_AT'
		| 'PATCH_RELAY_AT'
		| 'PATCH_SLOT_AT'
		| 'PATCH_COUNTER_AT'
		| 'PATCH_RESUME_AT'
		| 'PATCH_JUMP_BACK_AT'
		| 'PATCH_DISPLACED_AT'
		| 'PATCH_ORIGINAL_SIZE_AT'
		| 'PATCH_ORIGINAL_AT'
		| 'PATCH_MOST_ORIGINAL'
		| 'REDIRECTION_SIZE'
		| 'REDIRECTION_TARGET_AT'
		| 'REDIRECTION_ORIGINAL_AT'
		| 'REDIRECTION_KIND_AT'
		| 'REDIRECTION_SLOT_AT'
		| 'REDIRECTION_PAST'
		| 'REDIRECTION_BOUND'
		| 'REDIRECTION_NAMED'
		| 'NAME_SIZE'
		| 'NAME_ENTRY_AT'
		| 'NAME_SLOT_AT'
		| 'NAME_SYMBOL_AT'
		| 'SITE_STUB_HEAD'
		| 'SITE_STUB_MARK'
		| 'FIXUP_SIZE'
		| 'FIXUP_KIND_AT'
		| 'FIXUP_RELATIVE32'
		| 'FIXUP_BRANCH26'
		| 'FIXUP_ABSOLUTE64'
		| 'FIXUP_THREAD32'
		| 'STUBS_HEAD'
		| 'STUBS_COUNTER_AT'
		| 'STUBS_LOW_AT'
		| 'STUBS_SIZE_AT'
		| 'STUBS_MAIN_LEDGER_AT'
		| 'LEDGER_HEADER'
		| 'LEDGER_OFFSET_AT'
		| 'LEDGER_ROW_SIZE'
		| 'LEDGER_BYPASSED_AT',
		number
	> & {readonly BLOB_MAGIC: bigint}
>;

/** What a CPU brings. */
export interface EntryMachine {
	readonly layout: EntryLayout;
	/** Of the landing pad at an entry, in bytes; 0 where there is none. */
	landingPad(bytes: Uint8Array): number;
	/** Leaves alone what can be entered other than at its beginning, or jumps back to it. */
	arrange(elf: Elf, candidates: readonly Candidate[]): Arrangement;
	/** Calls of entered functions by themselves; and jumps to those of `folded` which are all that a function is. */
	redirections(elf: Elf, entries: readonly Entry[], folded: ReadonlySet<number>): readonly Redirection[];
	/**
	 * The counter, the landing pad's twin, the displaced instructions, the jump back. Its size depends on the entry alone, and on whether it
	 * counts `beside` itself, in the main thread's word of a ledger whose distance is known.
	 */
	stub(entry: Entry, address: number, codeAddress: number, redirected: Redirected, beside: number | null): Stub;
	/** Calls to be counted where they are made; absent where that is not done. */
	redirectedCalls?(elf: Elf, plan: EntryPlan, wanted: readonly Wanted[]): Promise<RedirectedCalls>;
	/** The object's own direct calls and jumps to the functions; absent where `redirectedCalls` tells of them. */
	boundCalls?(elf: Elf, entries: readonly Entry[]): readonly Redirection[];
	/** What a call that is counted where it is made runs through: adds one, and does what the function's stub does from `resume` on. */
	siteStub?(entry: Entry, address: number, counters: SiteCounters, resume: number, redirected: Redirected): Code;
	/** Inlined copies to be counted besides `functions`; absent where that is not done. */
	planCopies?(elf: Elf, wanted: readonly WantedCopy[], functions: readonly Entry[]): PlannedCopies;
	/** What a copy's beginning leads to: adds one at each of `counters`, then the displaced instructions, the jump back. */
	copyStub?(entry: Entry, address: number, counters: readonly number[], redirected: Redirected): Stub;
	/** Where the code is best put, as an address of the file. */
	preferred(elf: Elf): number;
}

/** Where a site stub counts, as addresses beside the stubs' own: in the main thread, and atomically in any other. */
export interface SiteCounters {
	readonly own: number;
	readonly shared: number;
}

/** Two offsets into it: where an override goes on, past the counter; the jump back to the function. */
export interface Stub extends Code {
	readonly resume: number;
	readonly jumpBack: number;
}

export interface EntryPlan {
	/** Sorted by address. */
	readonly entries: readonly Entry[];
	readonly redirections: readonly Redirection[];
	/** Sorted by symbol. */
	readonly left: readonly LeftAlone[];
}

/** `folded`: the functions that others jump to because the compiler found them to be the same (identical code folding). */
export function planEntries(
	elf: Elf,
	wanted: readonly Wanted[],
	machine: EntryMachine,
	folded: ReadonlySet<string>,
): EntryPlan {
	mustBeCountable(elf);
	const left: LeftAlone[] = [];
	const candidates: Candidate[] = [];
	for (const group of byAddress(elf, wanted, machine.layout.BLOB_MOST_SLOTS, left)) {
		try {
			candidates.push(candidate(elf, group, machine));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			for (const {symbol} of group.wanted) left.push({symbol, reason: error.message});
		}
	}
	candidates.sort((one, other) => one.address - other.address);
	const {entries, refused} = machine.arrange(elf, candidates);
	for (const [{symbols}, reason] of refused) for (const symbol of symbols) left.push({symbol, reason});
	const isFolded = ({symbols}: Entry) => symbols.some(symbol => folded.has(symbol));
	const foldedAddresses = new Set(entries.filter(isFolded).map(({address}) => address));
	return {
		entries: entries.toSorted((one, other) => one.address - other.address),
		redirections: machine.redirections(elf, entries, foldedAddresses),
		left: left.sort((one, other) => byCodeUnit(one.symbol, other.symbol)),
	};
}

/** Above 2^53 a number plus one is the same number, and a search that steps by one never ends. Errors: ElfError. */
function mustBeCountable({segments}: Elf): void {
	for (const {type, offset, address, memorySize} of segments) {
		if (type === 'load' && !Number.isSafeInteger(address + memorySize)) {
			throw new ElfError('A segment lies above address 2^53', offset);
		}
	}
}

interface Group {
	readonly definition: ExportedFunction;
	readonly wanted: Wanted[];
}

function byAddress(elf: Elf, wanted: readonly Wanted[], mostSlots: number, left: LeftAlone[]): Iterable<Group> {
	const exported = new Map(exportedFunctions(elf).map(definition => [definition.name, definition]));
	const groups = new Map<number, Group>();
	for (const one of wanted) {
		const definition = exported.get(one.symbol);
		const reason =
			definition === undefined
				? 'the interpreter does not export it as a function'
				: definition.ifunc
					? 'it is chosen by a resolver when the program starts (IFUNC)'
					: one.slot >= mostSlots
						? 'there are too many functions to count'
						: null;
		if (definition === undefined || reason !== null) {
			left.push({symbol: one.symbol, reason: reason ?? ''});
			continue;
		}
		const group = groups.get(definition.address);
		if (group === undefined) groups.set(definition.address, {definition, wanted: [one]});
		else group.wanted.push(one);
	}
	return groups.values();
}

/** A landing pad, then one byte less than two long jumps, then the longest instruction; and some padding. */
const longestHead = 40;

function candidate(elf: Elf, {definition, wanted}: Group, machine: EntryMachine): Candidate {
	const {address, size} = definition;
	if (size === 0) throw new Refusal('its size is not known');
	const bytes = head(elf, address);
	const pad = machine.landingPad(bytes);
	const symbols = wanted.map(({symbol}) => symbol);
	return {
		slot: wanted[0]?.slot ?? 0,
		symbols,
		address,
		size,
		at: address + pad,
		landingPad: bytes.subarray(0, pad),
		bytes: bytes.subarray(pad),
	};
}

/** What a candidate becomes. */
export function entryOf(candidate: Candidate, displaced: Displaced, relay: number | null): Entry {
	const {bytes, ...rest} = candidate;
	return {...rest, displaced, relay, original: bytes.subarray(0, Math.max(displaced.length, displaced.overwritten))};
}

/** Errors: Refusal where the address is not in the interpreter's code. */
export function head(elf: Elf, address: number): Uint8Array {
	const segment = elf.segments.find(
		({type, executable, address: low, fileSize}) =>
			type === 'load' && executable && address >= low && address < low + fileSize,
	);
	if (segment === undefined) throw new Refusal('it does not lie in the code of the file');
	const size = Math.min(longestHead, segment.address + segment.fileSize - address);
	const offset = findOffset(elf.segments, address, size);
	if (offset === null) throw new ElfError('A function is not in the file', address);
	return elf.bytes.slice(offset, size, 'function');
}

/** Where a slot's bypassed calls are counted, in a ledger whose `offset` is 0. */
export function bypassedAt(slot: number, {LEDGER_HEADER, LEDGER_ROW_SIZE, LEDGER_BYPASSED_AT}: EntryLayout): number {
	return LEDGER_HEADER + slot * LEDGER_ROW_SIZE + LEDGER_BYPASSED_AT;
}

/** A distance below a library; above what stands at a fixed low address. Errors: ElfError where nothing of it is loaded. */
export function beside({header, segments}: Elf, distance: number, page: number): number {
	const loaded = segments.filter(({type}) => type === 'load');
	if (loaded.length === 0) throw new ElfError('No segment is loaded', header.segments.offset);
	if (header.type === 'executable') {
		return Math.ceil(Math.max(...loaded.map(({address, memorySize}) => address + memorySize)) / page) * page + distance;
	}
	return Math.floor(Math.min(...loaded.map(({address}) => address)) / page) * page - distance;
}
