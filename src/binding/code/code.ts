/** This file defines what decoding gives: the instructions through which code refers to functions. */

/** A run of executable bytes, the PLT excepted. */
export interface CodeRange {
	readonly address: number;
	readonly bytes: Uint8Array;
}

export interface PltStub {
	/** Where calls enter it. */
	readonly address: number;
	/** The GOT slot that it jumps through. */
	readonly slot: number;
	/** The jump itself, which is a part of the stub and no reference of its own. */
	readonly jump: number;
}

export interface PltRange extends CodeRange {
	/**
	 * From the section table. Without one the whole text is searched, and a stub must have the shape that linkers give it:
	 * a function compiled with -fno-plt may end in such a jump too.
	 */
	readonly isPlt: boolean;
}

/** Told of every instruction that may refer to a function, in the order of addresses within a range. */
export interface CodeVisitor {
	/** A call, or a jump conditional or not, straight to an address. */
	direct(at: number, target: number, isCall: boolean): void;
	/** A call or a jump to what a word in memory holds. */
	indirect(at: number, slot: number, isCall: boolean): void;
	/** An instruction that computes an address without reading what is there. */
	address(at: number, target: number): void;
}

/** Decodes ranges of one machine's code. Decoding begins anew at each of the sorted function starts. */
export type Decode = (
	ranges: readonly CodeRange[],
	starts: readonly number[],
	options: DecodeOptions,
	visitor: CodeVisitor,
) => void;

export interface DecodeOptions {
	/** Loaded where it was linked, so that an address may stand in an instruction as a plain number. */
	readonly fixedAddress: boolean;
}

/**
 * Told of every instruction in which an address stands: whether it reads or writes what is there, or calls through it, rather than only
 * computes the address. `from` is an address that was told of before, where this one is a distance from that: compilers reach neighbours so.
 */
export type EachAddressed = (at: number, target: number, isAccess: boolean, from?: number) => void;

/** Decoding begins anew at each of the sorted function starts. */
export type FindAddressed = (
	ranges: readonly CodeRange[],
	starts: readonly number[],
	options: DecodeOptions,
	each: EachAddressed,
) => void;

/** The code of one function, as far as symbols tell where it ends. */
export interface FunctionCode {
	readonly start: number;
	readonly end: number;
	/** From `start`, and a little beyond `end`. */
	readonly bytes: Uint8Array;
}

/** From the last known start before an address to the next; null where none is known. */
export type FunctionFinder = (address: number) => FunctionCode | null;

/**
 * Whether the address that the instruction at `at` takes is compared, and nothing else done with it. `functionAt` finds what of the
 * function stands elsewhere.
 */
export type OnlyCompares = (code: FunctionCode, at: number, functionAt: FunctionFinder) => boolean;

/** Tells of the references that are computed from the address of the code itself; false where none is. */
export type FollowBase = (code: FunctionCode, at: number, visitor: CodeVisitor) => boolean;

/**
 * Whether the `size` bytes that a function begins with do nothing yet: a landing pad, or a part of what makes up the address of
 * the jump behind them. C++ functions that adjust `this` and jump begin with an instruction, too.
 */
export type IsPreamble = (bytes: Uint8Array, size: number) => boolean;

/** What is known of one machine's code. */
export interface MachineCode {
	readonly decode: Decode;
	readonly onlyCompares: OnlyCompares;
	readonly followBase: FollowBase;
	readonly isPreamble: IsPreamble;
}
