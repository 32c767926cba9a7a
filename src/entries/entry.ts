/** This file defines an entry that is counted: which instructions of a function are displaced into a stub, and what jumps there. */

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
	/** Of the instructions as they are encoded, wherever they stand, in bytes; absent where that is known of what is encoded only. */
	readonly size?: number;
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

/** A place in the code that depends on its distance from the interpreter: FIXUP_RELATIVE32, … of native/layout.h. */
export interface Fixup {
	readonly offset: number;
	readonly kind: 'relative-32' | 'branch-26' | 'absolute-64' | 'thread-32';
}

/** A function, before it is known whether its entries can be counted. */
export interface Candidate extends Pick<Entry, 'slot' | 'symbols' | 'address' | 'size' | 'at' | 'landingPad'> {
	/** From `at` on: more than any patch replaces. */
	readonly bytes: Uint8Array;
}

/** What a candidate becomes. */
export function entryOf(candidate: Candidate, displaced: Displaced, relay: number | null): Entry {
	const {bytes, ...rest} = candidate;
	return {...rest, displaced, relay, original: bytes.subarray(0, Math.max(displaced.length, displaced.overwritten))};
}

/**
 * Tells whether an instruction is among the bytes that are displaced or written over: what stands there is not rewritten but encoded with
 * the displaced instructions.
 */
export function displacement(entries: readonly Entry[]): (at: number) => boolean {
	const bytes = new Set(entries.flatMap(bytesOf));
	return at => bytes.has(at);
}

/** The addresses of the bytes that are displaced or written over. */
export function bytesOf({at, original}: Entry): readonly number[] {
	return Array.from(original, (_, byte) => at + byte);
}
