/** This file takes the trampolines out of what the compiler left unlinked (native/sweep/trampoline-*.S), and links one for each function. */

import {SHT_RELA} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import type {ShimMachine} from './machines.js';

/** The words that all trampolines share (native/sweep/trampoline-x86-64.S), by their addresses. */
export type SharedAddresses = Readonly<
	Record<
		'interpreter_low' | 'interpreter_size' | 'main_ledger_offset' | 'current_ledger_at' | 'slow_at' | 'resolve_at',
		number
	>
>;
/** What each has its own of. */
export type OwnValues = Readonly<Record<'own_row' | 'shared_row' | 'slot' | 'real', number>>;

export interface Trampoline {
	readonly size: number;
	/** From its first byte to where `real` leads at first. */
	readonly resolve: number;
	link(address: number, values: SharedAddresses & OwnValues): Buffer;
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
		link(address, values) {
			const linked = Buffer.from(code);
			for (const {at, type, symbol, addend} of fixups) {
				const value = (values as Readonly<Record<string, number>>)[symbol];
				const fill = machine.fill[type];
				if (value === undefined) throw new ElfError(`A trampoline names '${symbol}', which nothing defines`, at);
				if (fill === undefined) throw new ElfError(`A trampoline has a relocation of type ${type}`, at);
				fill(linked, at - start.value, value + addend, address + at - start.value);
			}
			return linked;
		},
	};
}

function symbolOf({symbols}: Elf, wanted: string) {
	const found = symbols.find(({name, defined}) => defined && name === wanted);
	if (found === undefined) throw new ElfError(`The trampoline has no '${wanted}'`, 0);
	return found;
}
