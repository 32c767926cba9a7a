/** This file takes the trampolines out of what the compiler left unlinked (native/sweep/trampoline-*.S), and links one for each function. */

import {SHT_RELA} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import type {ShimMachine} from './machines.js';

/** What a trampoline names (native/sweep/trampoline-x86-64.S): the addresses of words that all share, and what each has of its own. */
export type TrampolineValues = Readonly<
	Record<
		| 'interpreter_low'
		| 'interpreter_size'
		| 'main_ledger_offset'
		| 'current_ledger_at'
		| 'slow_at'
		| 'resolve_at'
		| 'own_row'
		| 'shared_row'
		| 'slot'
		| 'real',
		SlotValue
	>
>;

/** The first slot's, and how much more it is for each one after it: 0 for what all share. */
export interface SlotValue {
	readonly first: number;
	readonly step: number;
}

export interface Trampoline {
	readonly size: number;
	/** From its first byte to where `real` leads at first. */
	readonly resolve: number;
	linker(values: TrampolineValues): LinkSlot;
}

/** Puts the trampoline of a slot `at` bytes into `code`, which begins at `address`. */
export type LinkSlot = (slot: number, code: CodeBytes, at: number) => void;

export interface CodeBytes {
	readonly bytes: Buffer;
	readonly view: DataView;
	readonly address: number;
}

export interface Trampolines {
	/** For a function that the interpreter names. */
	readonly counting: Trampoline;
	readonly asking: Trampoline;
}

/** Errors: ElfError where the object is not what our own build makes. */
export function readTrampolines(object: Elf, machine: ShimMachine): Trampolines {
	const fixups = readFixups(object);
	return {
		counting: readTrampoline(object, machine, fixups, 'counting'),
		asking: readTrampoline(object, machine, fixups, 'asking'),
	};
}

interface Fixup {
	readonly at: number;
	readonly type: number;
	readonly symbol: string;
	readonly addend: number;
}

/** The size of an entry of a table with addends, of 64 bits. */
const RELA_SIZE = 24;

function readFixups({bytes, sections, symbols}: Elf): readonly Fixup[] {
	const table = sections.find(({name, type}) => name === '.rela.text' && type === SHT_RELA);
	if (table === undefined) throw new ElfError('The trampoline has no relocations', 0);
	return Array.from({length: Math.floor(table.size / RELA_SIZE)}, (_, index) => {
		const entry = table.offset + index * RELA_SIZE;
		return {
			at: bytes.word(entry),
			type: bytes.low(entry + 8),
			symbol: symbols[bytes.high(entry + 8)]?.name ?? '',
			addend: bytes.signedWord(entry + 16),
		};
	});
}

function readTrampoline(object: Elf, machine: ShimMachine, all: readonly Fixup[], name: string): Trampoline {
	const start = symbolOf(object, name);
	const text = object.sections[start.section];
	if (text === undefined) throw new ElfError(`The trampoline's '${name}' lies in no section`, 0);
	const code = object.bytes.slice(text.offset + start.value, start.size, 'trampoline');
	const fixups = all.filter(({at}) => at >= start.value && at < start.value + start.size);
	return {
		size: start.size,
		resolve: symbolOf(object, `${name}_resolve`).value - start.value,
		linker(values) {
			const filled = fixups.map(fixup => filledBy(fixup, machine, values, start.value));
			return (slot, {bytes, view, address}, at) => {
				bytes.set(code, at);
				for (const {offset, fill, first, step} of filled) {
					fill(view, at + offset, first + slot * step, address + at + offset);
				}
			};
		},
	};
}

/** Once for all slots, of which there are thousands. */
function filledBy({at, type, symbol, addend}: Fixup, machine: ShimMachine, values: TrampolineValues, start: number) {
	const value = Object.hasOwn(values, symbol) ? values[symbol as keyof TrampolineValues] : undefined;
	const fill = machine.fill[type];
	if (value === undefined) throw new ElfError(`A trampoline names '${symbol}', which nothing defines`, at);
	if (fill === undefined) throw new ElfError(`A trampoline has a relocation of type ${type}`, at);
	return {offset: at - start, fill, first: value.first + addend, step: value.step};
}

function symbolOf({symbols}: Elf, wanted: string) {
	const found = symbols.find(({name, defined}) => defined && name === wanted);
	if (found === undefined) throw new ElfError(`The trampoline has no '${wanted}'`, 0);
	return found;
}
