/** This file knows what a shim's bytes depend on besides its functions: the CPU's relocations, marks and frames. */

import {
	EM_AARCH64,
	EM_X86_64,
	GNU_PROPERTY_AARCH64_FEATURE_1_AND,
	GNU_PROPERTY_AARCH64_FEATURE_1_BTI,
	GNU_PROPERTY_X86_FEATURE_1_AND,
	GNU_PROPERTY_X86_FEATURE_1_IBT,
	GNU_PROPERTY_X86_FEATURE_1_SHSTK,
} from '../elf/abi.js';
import {ElfError} from '../errors.js';

export interface ShimMachine {
	/** One of EM_. */
	readonly number: number;
	/** The largest page that the ABI allows: segments are that far apart. */
	readonly page: number;
	/** What the loader applies. */
	readonly relocations: {readonly relative: number; readonly globalData: number};
	/** The relocation for a variable's distance from the thread pointer; null where the trampoline uses none. */
	readonly threadOffset: number | null;
	/** The kind and the bits of the property of control-flow protection. */
	readonly property: readonly [number, number];
	/** What stands between trampolines, where nothing ever runs. */
	readonly padding: number;
	/** DWARF's numbers at a function's first instruction: the code's alignment, where the return address is, and the rule for the frame. */
	readonly frame: {readonly codeAlignment: number; readonly returnAddress: number; readonly rule: readonly number[]};
	/** By the number of a relocation that the assembler leaves: writes `value` into the instruction. */
	readonly fill: Readonly<Record<number, Fill>>;
}

/** `value` is the symbol's value and the addend, `place` the address of what is `at` bytes into `code`. */
export type Fill = (code: DataView, at: number, value: number, place: number) => void;

export const shimMachines: ReadonlyMap<string, ShimMachine> = new Map<string, ShimMachine>([
	[
		'x86_64',
		{
			number: EM_X86_64,
			page: 0x1000,
			relocations: {relative: 8, globalData: 6}, // R_X86_64_RELATIVE, R_X86_64_GLOB_DAT
			threadOffset: 18, // R_X86_64_TPOFF64
			property: [GNU_PROPERTY_X86_FEATURE_1_AND, GNU_PROPERTY_X86_FEATURE_1_IBT | GNU_PROPERTY_X86_FEATURE_1_SHSTK],
			padding: 0xcc, // int3
			// DW_CFA_def_cfa rsp 8; DW_CFA_offset of the return address, -8.
			frame: {codeAlignment: 1, returnAddress: 16, rule: [0x0c, 7, 8, 0x80 | 16, 1]},
			fill: {
				2: (code, at, value, place) => signed(code, at, value - place), // R_X86_64_PC32
				10: signed, // R_X86_64_32, of which no value of ours needs the highest bit
				11: signed, // R_X86_64_32S
			},
		},
	],
	[
		'aarch64',
		{
			number: EM_AARCH64,
			page: 0x10000,
			relocations: {relative: 1027, globalData: 1025}, // R_AARCH64_RELATIVE, R_AARCH64_GLOB_DAT
			threadOffset: null,
			property: [GNU_PROPERTY_AARCH64_FEATURE_1_AND, GNU_PROPERTY_AARCH64_FEATURE_1_BTI],
			padding: 0, // udf #0
			// DW_CFA_def_cfa sp 0; the return address is in x30.
			frame: {codeAlignment: 4, returnAddress: 30, rule: [0x0c, 31, 0]},
			fill: {
				263: (code, at, value) => moveWide(code, at, value, 0), // R_AARCH64_MOVW_UABS_G0
				264: (code, at, value) => moveWide(code, at, value % 0x10000, 0), // R_AARCH64_MOVW_UABS_G0_NC
				265: (code, at, value) => moveWide(code, at, value, 16), // R_AARCH64_MOVW_UABS_G1
				275: addressOfPage, // R_AARCH64_ADR_PREL_PG_HI21
				// R_AARCH64_LDST64_ABS_LO12_NC: the place within the page, in steps of eight bytes, at bit 10.
				286: (code, at, value) => insert(code, at, (value % 0x1000) / 8, 12, 10),
			},
		},
	],
]);

function signed(code: DataView, at: number, value: number): void {
	if (value !== (value | 0)) throw noRoom(value, at);
	code.setInt32(at, value, true);
}

/** movz, movk: 16 bits at bit 5. */
function moveWide(code: DataView, at: number, value: number, shift: number): void {
	insert(code, at, Math.floor(value / 2 ** shift), 16, 5);
}

/** adrp: the distance in pages of 4 KiB, its two low bits at bit 29, the others at bit 5. */
function addressOfPage(code: DataView, at: number, value: number, place: number): void {
	const pages = Math.floor(value / 0x1000) - Math.floor(place / 0x1000);
	insert(code, at, pages & 3, 2, 29);
	insert(code, at, (pages >> 2) & 0x7ffff, 19, 5);
}

function insert(code: DataView, at: number, value: number, bits: number, shift: number): void {
	if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) throw noRoom(value, at);
	code.setUint32(at, code.getUint32(at, true) | (value << shift), true);
}

function noRoom(value: number, at: number): ElfError {
	return new ElfError(`A trampoline's instruction has no room for ${value}`, at);
}
