/**
 * This file finds the words of the GOT that a linker left behind: where code loads an address from one and the function is bound, the linker
 * makes the load a computation of the address (`mov slot(%rip)` becomes `lea function(%rip)`, by GOTPCRELX of the psABI), and nothing reads
 * the word any more. mold 2 keeps such words.
 */

import type {Elf} from '../elf/elf.js';
import type {CodeRange} from './code/code.js';
import type {ReferenceTarget, TargetIndex} from './targets.js';

/**
 * The addresses of such words: words of `.got` to which no instruction's displacement leads, while a `lea`'s leads to the function. None
 * without a section table, where nothing tells the GOT from data; none where code reads the GOT from a base (the large and medium models);
 * and none on other machines, where no single displacement holds an address.
 */
export function leftSlots(
	elf: Elf,
	code: readonly CodeRange[],
	{byPointer}: TargetIndex<ReferenceTarget>,
): ReadonlySet<number> {
	const slots = boundSlots(elf, byPointer);
	if (slots.size === 0) return new Set();
	const computed = computedBy(code);
	if (takesBase(elf, computed)) return new Set();
	const read = readBy(code, slots);
	const functions = new Set(computed.map(({to}) => to));
	return new Set([...slots].filter(([slot, target]) => !read.has(slot) && functions.has(target)).map(([slot]) => slot));
}

/** The words of `.got` that a relative relocation fills with a function's address, and that address. */
function boundSlots(
	{machine, sections, relocationTables}: Elf,
	byPointer: ReadonlyMap<number, unknown>,
): ReadonlyMap<number, number> {
	const got = sections.find(({name, allocated}) => name === '.got' && allocated);
	const slots = new Map<number, number>();
	if (machine !== 'x86_64' || got === undefined) return slots;
	const {addresses, values} = relocationTables.relative;
	for (const [index, address] of addresses.entries()) {
		const value = values[index] as number;
		if (address >= got.address && address < got.address + got.size && byPointer.has(value)) slots.set(address, value);
	}
	return slots;
}

/** What follows a `lea`, and the address that it computes. */
interface Computed {
	readonly next: number;
	readonly to: number;
}

/** Opcode 8D, then a modrm for the program counter, then the displacement. Bytes that are no `lea` may look like one. */
function computedBy(code: readonly CodeRange[]): readonly Computed[] {
	return code.flatMap(({address, bytes}) => {
		const found: Computed[] = [];
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const last = bytes.length - 6;
		for (let opcode = bytes.indexOf(0x8d); opcode >= 0 && opcode <= last; opcode = bytes.indexOf(0x8d, opcode + 1)) {
			if (((bytes[opcode + 1] as number) & 0xc7) !== 0x05) continue;
			const offset = opcode + 2;
			const next = address + offset + 4;
			found.push({next, to: next + view.getInt32(offset, true)});
		}
		return found;
	});
}

/**
 * Whether a `lea` takes where the GOT begins, or, as the large model does, where itself or the function around it begins, to which the
 * distance of the GOT is then added.
 */
function takesBase({sections}: Elf, computed: readonly Computed[]): boolean {
	const tables = new Set(
		sections.filter(({name}) => name === '.got' || name === '.got.plt').map(({address}) => address),
	);
	return computed.some(({next, to}) => tables.has(to) || (to < next && next - to <= prologue));
}

/** More than what stands before such a `lea` in a function. */
const prologue = 64;

/** What may follow the displacement in an instruction: nothing, or an immediate operand. */
const operandSizes = [0, 1, 2, 4] as const;

/** Any four bytes may be a displacement. Some are none, which at worst leaves a word among the references. */
function readBy(code: readonly CodeRange[], slots: ReadonlyMap<number, number>): ReadonlySet<number> {
	const read = new Set<number>();
	const near = new Uint8Array(1 << 16);
	for (const address of slots.keys()) for (const size of operandSizes) near[(address - size) & 0xffff] = 1;
	for (const {address, bytes} of code) {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let offset = 0; offset + 4 <= bytes.length; offset += 1) {
			const to = address + offset + 4 + view.getInt32(offset, true);
			if (near[to & 0xffff] === 0) continue;
			for (const size of operandSizes) if (slots.has(to + size)) read.add(to + size);
		}
	}
	return read;
}
