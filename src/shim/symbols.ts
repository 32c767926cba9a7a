/** This file lists the symbols of a generated shim. */

import {STT_FUNC, STT_NOTYPE, STT_OBJECT, VER_NDX_GLOBAL} from '../elf/abi.js';
import {kindOf} from './function.js';
import {type ShimShape, WORD} from './shape.js';
import type {ShimSymbol} from './symbol-table.js';
import type {VersionTable} from './version-table.js';

export function symbolsOf(shape: ShimShape, versions: VersionTable): readonly ShimSymbol[] {
	return [...imported(shape), ...overrides(shape, versions), ...shared(shape)];
}

function imported({got}: ShimShape): readonly ShimSymbol[] {
	return got.map(({symbol: name, type}) => {
		return {name, type, section: null, offset: 0, size: 0, version: VER_NDX_GLOBAL};
	});
}

function overrides({slots, layout, trampolines}: ShimShape, versions: VersionTable): readonly ShimSymbol[] {
	return slots.map((slot, index) => {
		const {size} = trampolines[kindOf(slot)];
		const version = versions.entryOf(slot.version, slot.hidden);
		return {name: slot.name, type: STT_FUNC, section: '.text', offset: index * layout.SWEEP_STEP, size, version};
	});
}

/** What the runtime refers to. */
function shared({slots, layout, tables}: ShimShape): readonly ShimSymbol[] {
	const object = (name: string, section: string, offset: number, size = 0): ShimSymbol => {
		const type = size === 0 ? STT_NOTYPE : STT_OBJECT;
		return {name: `pyinterpose_sweep_${name}`, type, section, offset, size, version: VER_NDX_GLOBAL};
	};
	const {bytes, namesAt, interpreterNamesAt, stringsAt} = tables;
	const early = layout.LEDGER_HEADER + layout.SWEEP_ROWS * slots.length * layout.LEDGER_ROW_SIZE;
	return [
		// Not the ELF header: the loader takes a symbol of value 0 for one without a definition.
		object('image', '.note.gnu.property', 0),
		object('image_end', '.bss', early),
		object('slots', '.rodata', 0, 4),
		object('own', '.rodata', 4, 4),
		object('names', '.rodata', namesAt, interpreterNamesAt - namesAt),
		object('interpreter_names', '.rodata', interpreterNamesAt, stringsAt - interpreterNamesAt),
		object('strings', '.rodata', stringsAt, bytes.length - stringsAt),
		object('first', '.text', 0),
		object('past', '.text', slots.length * layout.SWEEP_STEP),
		object('reals', '.data', 0, slots.length * WORD),
		object('low', '.data', slots.length * WORD, WORD),
		object('size', '.data', (slots.length + 1) * WORD, WORD),
		object('early', '.bss', 0, early),
	];
}
