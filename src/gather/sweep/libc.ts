/** This file says which of libc's functions a sweep counts besides the interpreter's: those of the families that the list has. */

import {exportedFunctions} from '../../binding/exports.js';
import {keptByFile, keptOr} from '../../cache/by-file.js';
import {overrides} from '../../ledger/slots.js';
import {type Family, libcFamilies} from '../../model/claim.js';
import {readObjectFile} from '../../object/object-file.js';
import type {Environment} from '../../process/temporary.js';
import type {SweepSlot} from './slots.js';

/** `taken`: functions of these names are the interpreter's, which stands before libc. `imports`: what the interpreter itself calls by name. */
export function libcSlots(
	libc: string,
	taken: ReadonlySet<string>,
	imports: ReadonlySet<string>,
	env: Environment,
): readonly SweepSlot[] {
	const exported = libcExports(libc, env);
	return overrides().flatMap(({symbol, family}) => {
		const address = exported.get(symbol);
		if (address === undefined || taken.has(symbol) || !isLibcFamily(family)) return [];
		const named = imports.has(symbol);
		return {symbol, name: symbol, version: null, hidden: false, address, named, folded: false, family};
	});
}

/** The addresses of its functions by name. */
export function libcExports(libc: string, env: Environment): ReadonlyMap<string, number> {
	return new Map(
		keptOr(keptByFile<readonly (readonly [string, number])[]>(libc, 'exports', env), () =>
			exportedFunctions(readObjectFile(libc).elf).map(({name, address}) => [name, address] as const),
		),
	);
}

function isLibcFamily(family: string): family is Family {
	return (libcFamilies as readonly string[]).includes(family);
}
