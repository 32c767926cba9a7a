/** This file defines what decoding gives: the instructions through which code refers to functions. */

/** A run of executable bytes, the PLT excepted. */
export interface CodeRange {
	readonly address: number;
	readonly bytes: Uint8Array;
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
