/** This file numbers what a sweep overrides: one slot for each function that the interpreter exports, and says what it leaves out. */

import {type ExportedFunction, exportedFunctions} from '../../binding/exports.js';
import {plainName} from '../../catalog/related.js';
import type {Elf} from '../../elf/elf.js';
import type {SymbolReferences} from '../../model/binding.js';
import type {Family} from '../../model/claim.js';

/** The row of `SweepSlots.slots[i]` in the ledger is i. */
export interface SweepSlot extends ExportedSlot {
	/** Whether the interpreter itself names the function, in a call or a table, so that an override is reached from there. */
	readonly named: boolean;
	/** Whether others jump to it because the compiler found them to be the same. */
	readonly folded: boolean;
	/** Of the curated list where the function is libc's; null for the interpreter's own. */
	readonly family: Family | null;
}

export interface ExportedSlot {
	/** As `exportedFunctions` names it. */
	readonly symbol: string;
	/** The name without a version. */
	readonly name: string;
	/** Null in an interpreter without versions. */
	readonly version: string | null;
	/** An older version, of which the name stands in the interpreter several times. */
	readonly hidden: boolean;
	readonly address: number;
}

export interface SweepSlots {
	readonly slots: readonly SweepSlot[];
	readonly leftOut: readonly {readonly symbol: string; readonly reason: string}[];
}

/** Without a static witness every function counts as named. */
export function sweepSlots(
	slots: readonly ExportedSlot[],
	references?: ReadonlyMap<string, SymbolReferences>,
): readonly SweepSlot[] {
	// Field by field: there are thousands.
	return slots.map(({symbol, name, version, hidden, address}) => {
		const reach = references?.get(symbol);
		const named = reach === undefined || reach.calls.preemptible + reach.addresses.preemptible > 0;
		return {symbol, name, version, hidden, address, named, folded: (reach?.folded ?? 0) > 0, family: null};
	});
}

export interface ExportedSlots extends Omit<SweepSlots, 'slots'> {
	readonly slots: readonly ExportedSlot[];
	/** The names that it takes from other objects. */
	readonly imports: readonly string[];
}

export function exportedSlots(elf: Elf): ExportedSlots {
	const slots: ExportedSlot[] = [];
	const leftOut: {symbol: string; reason: string}[] = [];
	for (const exported of exportedFunctions(elf)) {
		const slot = slotOf(elf, exported);
		const reason = reasonAgainst(slot);
		if (reason === null) slots.push(slot);
		else leftOut.push({symbol: exported.name, reason});
	}
	const imports = elf.dynamicSymbols.filter(({defined, name}) => !defined && name !== '').map(({name}) => name);
	return {slots, leftOut, imports};
}

function slotOf(elf: Elf, {name: symbol, index, address}: ExportedFunction): ExportedSlot {
	const {name, version} = elf.dynamicSymbols[index] ?? {name: symbol, version: null};
	return {symbol, name, version: version?.name ?? null, hidden: symbol !== name, address};
}

function reasonAgainst({name}: ExportedSlot): string | null {
	if (linkerNames.has(name)) return 'the linker gives every object its own';
	// A newer libc's headers put other names in the place of these: __isoc23_strtoull, __fxstat, __strncpy_chk.
	if (ourNeeds.has(name) || ourNeeds.has(plainName(name))) return 'counting itself calls it';
	if (ourNames.test(name)) return 'the shim has a part of that name';
	return name.includes(replacement) ? 'its name is not UTF-8' : null;
}

/** What the linker defines in every object: the loader would run the shim's `_init` and `_fini` as the shim's own. */
const linkerNames: ReadonlySet<string> = new Set(['_init', '_fini', '_start', '__dso_handle']);

/** The functions that native/sweep calls: an override of one would call itself. test/native compares with the runtime's undefined symbols. */
export const ourNeeds: ReadonlySet<string> = new Set([
	'__errno_location',
	'__register_atfork',
	'abort',
	'unlink',
	'symlink',
	'pwrite',
	'posix_fallocate',
	'getauxval',
	'access',
	'close',
	'dl_iterate_phdr',
	'dlopen',
	'dlsym',
	'dlvsym',
	'fstat',
	'getenv',
	'getpid',
	'memcmp',
	'memcpy',
	'mmap',
	'munmap',
	'open',
	'pthread_atfork',
	'readlink',
	'stat',
	'strchr',
	'strcmp',
	'strcspn',
	'strlen',
	'strncpy',
	'strncmp',
	'strrchr',
	'strtoull',
	'unsetenv',
	'write',
	'__tls_get_addr',
]);

const ourNames = /^pyinterpose_/;

/** What an invalid byte of a name is read as. */
const replacement = '\ufffd';
