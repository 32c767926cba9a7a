/**
 * This file lists the forms of the x86-64 instructions that are decoded without iced-x86 (Intel's manual, volume 2, appendix A). An
 * instruction that is not here is none the less one: where a prefix, a register or a place in memory would make it another, or none at
 * all, it is left out. A test holds each form to iced-x86, with every ModRM byte.
 */

/** What stands before the opcode, and makes it another instruction. */
export const plainPrefixes = {none: 0, short: 1, repeat: 2, repeatNot: 3} as const;

/** A form is the sum of these, and of `firstRegister` shifted by each value that the register of its ModRM byte may have. */
export const bits = {
	known: 1,
	modrm: 2,
	/** Of its ModRM byte: a place in memory, no register; and the other way about. */
	memory: 4,
	registers: 8,
	/** An operand or a distance behind all else: of one byte; of four, or of two behind 66; of eight with REX.W, else of four or two. */
	byte: 16,
	word: 32,
	whole: 64,
	branch: 128,
	firstRegister: 256,
} as const;

interface Row {
	/** In hexadecimal, spans by a hyphen; `0f` stands for all. */
	readonly opcodes: string;
	readonly form: number;
	readonly map?: 'one' | 'two';
	/** `none` and `short` where it is left out. */
	readonly behind?: readonly (keyof typeof plainPrefixes)[];
}

const {known, modrm: anyModrm, memory, registers, byte, word, whole, branch, firstRegister} = bits;
const modrm = known | anyModrm | (0xff * firstRegister);
/** A ModRM byte of which the register is part of the opcode. */
const group = (...values: readonly number[]) =>
	known | anyModrm | values.reduce((sum, value) => sum | (firstRegister << value), 0);

const all = ['none', 'short', 'repeat', 'repeatNot'] as const;

const rows: readonly Row[] = [
	{opcodes: '00-03 08-0b 10-13 18-1b 20-23 28-2b 30-33 38-3b', form: modrm},
	{opcodes: '04 0c 14 1c 24 2c 34 3c', form: known | byte},
	{opcodes: '05 0d 15 1d 25 2d 35 3d', form: known | word},
	{opcodes: '50-5f 90-99 c9', form: known},
	{opcodes: '63 84-8b', form: modrm},
	{opcodes: '68', form: known | word},
	{opcodes: '69 81', form: modrm | word},
	{opcodes: '6a a8 b0-b7', form: known | byte},
	{opcodes: '6b 80 83', form: modrm | byte},
	{opcodes: '70-7f eb', form: known | branch | byte, behind: ['none']},
	{opcodes: 'e8 e9', form: known | branch | word, behind: ['none']},
	{opcodes: '8d', form: modrm | memory},
	{opcodes: 'a4-a7 aa-af', form: known, behind: all},
	{opcodes: 'a9', form: known | word},
	{opcodes: 'b8-bf', form: known | whole},
	{opcodes: 'c0 c1', form: group(0, 1, 2, 3, 4, 5, 7) | byte},
	{opcodes: 'd0-d3', form: group(0, 1, 2, 3, 4, 5, 7)},
	{opcodes: 'c3', form: known, behind: ['none', 'repeat']},
	{opcodes: '90', form: known, behind: ['repeat']},
	{opcodes: 'c6', form: group(0) | byte},
	{opcodes: 'c7', form: group(0) | word},
	{opcodes: 'cc', form: known, behind: ['none']},
	// /0 has an operand, of which the decoder knows; /1 is another name of it that no compiler writes.
	{opcodes: 'f6 f7', form: group(0, 2, 3, 4, 5, 6, 7)},
	{opcodes: 'fe', form: group(0, 1)},
	{opcodes: 'ff', form: group(0, 1)},
	{opcodes: 'ff', form: group(0, 1, 2, 4, 6), behind: ['none']},

	{map: 'two', opcodes: '0b', form: known, behind: ['none']},
	{map: 'two', opcodes: '10 11', form: modrm, behind: all},
	{map: 'two', opcodes: '12 16', form: modrm, behind: ['none', 'repeat']},
	{map: 'two', opcodes: '12', form: modrm, behind: ['repeatNot']},
	{map: 'two', opcodes: '12 16', form: modrm | memory, behind: ['short']},
	{map: 'two', opcodes: '13 17', form: modrm | memory},
	{map: 'two', opcodes: '14 15 28 29 2e 2f 40-4f 54-57 60-6b 6e 74-76', form: modrm},
	{map: 'two', opcodes: '1f', form: group(0)},
	{map: 'two', opcodes: '2a 2c 2d', form: modrm, behind: ['repeat', 'repeatNot']},
	{map: 'two', opcodes: '50 d7', form: modrm | registers},
	{map: 'two', opcodes: '51 58 59 5a 5c-5f', form: modrm, behind: all},
	{map: 'two', opcodes: '52 53', form: modrm, behind: ['none', 'repeat']},
	{map: 'two', opcodes: '5b 6f 7e 7f', form: modrm, behind: ['none', 'short', 'repeat']},
	{map: 'two', opcodes: '6c 6d d6', form: modrm, behind: ['short']},
	{map: 'two', opcodes: '70 c2', form: modrm | byte, behind: all},
	{map: 'two', opcodes: '7c 7d d0', form: modrm, behind: ['short', 'repeatNot']},
	{map: 'two', opcodes: '80-8f', form: known | branch | word, behind: ['none']},
	{map: 'two', opcodes: '90-9f', form: group(0), behind: ['none']},
	{map: 'two', opcodes: 'a3 a5 ab ad af b0 b1 b3 b6 b7 bb be bf c0 c1', form: modrm},
	{map: 'two', opcodes: 'a4 ac c6', form: modrm | byte},
	{map: 'two', opcodes: 'b8', form: modrm, behind: ['repeat']},
	{map: 'two', opcodes: 'ba', form: group(4, 5, 6, 7) | byte},
	{map: 'two', opcodes: 'bc bd', form: modrm, behind: ['none', 'short', 'repeat']},
	{map: 'two', opcodes: 'c8-cf', form: known, behind: ['none']},
	{map: 'two', opcodes: 'd1-d5 d8-df e0-e5 e8-ef f1-f6 f8-fe', form: modrm},
	{map: 'two', opcodes: 'e6', form: modrm, behind: ['short', 'repeat', 'repeatNot']},
];

/** By prefix, then by opcode, those behind 0F after the others; 0 for what is not listed. */
export function plainForms(): Uint16Array {
	const forms = new Uint16Array(4 * 512);
	for (const {opcodes, form, map, behind = ['none', 'short'] as const} of rows) {
		for (const opcode of opcodes.split(' ').flatMap(span)) {
			for (const prefix of behind) forms[plainPrefixes[prefix] * 512 + (map === 'two' ? 256 : 0) + opcode] = form;
		}
	}
	return forms;
}

function span(text: string): readonly number[] {
	const [low = 0, high = low] = text.split('-').map(one => Number.parseInt(one, 16));
	return Array.from({length: high - low + 1}, (_, index) => low + index);
}
