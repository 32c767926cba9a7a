/** This file finds the function that a user names in an object: by name, by name and version, exported or imported. */

import type {Elf} from '../elf/elf.js';
import type {ElfSymbol} from '../elf/symbols.js';
import {type ExportedFunction, exportedFunctions} from './exports.js';
import {importedFunctions, type ReferenceTarget} from './targets.js';

export interface FoundFunction {
	/** As `exportedFunctions` names it; the bare name of an imported one that was asked for without a version. */
	readonly name: string;
	/** Null for one that the object imports. */
	readonly exported: ExportedFunction | null;
	/** One, or an imported function of each version that was asked for. */
	readonly targets: readonly ReferenceTarget[];
	/** Its version; null where it has none, or where several were asked for. */
	readonly version: string | null;
	/** The versions of the name that the object exports besides, sorted. */
	readonly otherVersions: readonly string[];
}

/** `wanted` is `f`, or `f@V` or `f@@V` as binutils write it. Null where the object has no such function. */
export function findFunction(elf: Elf, wanted: string): FoundFunction | null {
	const symbolOf = ({index}: ReferenceTarget) => elf.dynamicSymbols[index] as ElfSymbol;
	const [, bare = wanted, marks, version] = /^([^@]+)(@@?)([^@]+)$/.exec(wanted) ?? [];
	const isWanted = (target: ReferenceTarget) => {
		const symbol = symbolOf(target);
		if (symbol.name !== bare || (version !== undefined && symbol.version?.name !== version)) return false;
		return marks !== '@@' || symbol.version?.hidden === false;
	};
	const exports = exportedFunctions(elf);
	const exported = exports.find(({name}) => name === wanted) ?? exports.find(isWanted);
	const targets = exported === undefined ? importedFunctions(elf).filter(isWanted) : [exported];
	if (targets.length === 0) return null;
	const versions = [...new Set(targets.map(target => symbolOf(target).version?.name ?? null))];
	const own = versions.length === 1 ? (versions[0] ?? null) : null;
	return {
		name: exported?.name ?? (version === undefined ? bare : wanted),
		exported: exported ?? null,
		targets,
		version: own,
		otherVersions: exports
			.filter(other => symbolOf(other).name === bare && other !== exported)
			.flatMap(other => symbolOf(other).version?.name ?? [])
			.sort(),
	};
}
