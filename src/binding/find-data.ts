/** This file finds the variable that a user names in an object: by name, or by name and version, exported or imported. */

import type {Elf} from '../elf/elf.js';
import {type DataTarget, exportedData, importedData} from './exported-data.js';

export interface FoundData {
	readonly target: DataTarget;
	/** Null where it has none. */
	readonly version: string | null;
}

/** `wanted` is `v`, or `v@V` or `v@@V` as binutils write it. Null where the object has no such variable. */
export function findData(elf: Elf, wanted: string): FoundData | null {
	const [, bare = wanted, , version] = /^([^@]+)(@@?)([^@]+)$/.exec(wanted) ?? [];
	const versionOf = ({index}: DataTarget) => elf.dynamicSymbols[index]?.version?.name ?? null;
	const nameOf = ({index}: DataTarget) => elf.dynamicSymbols[index]?.name;
	const all: readonly DataTarget[] = [...exportedData(elf), ...importedData(elf)];
	const target =
		all.find(({name}) => name === wanted) ??
		all.find(one => nameOf(one) === bare && (version === undefined || versionOf(one) === version));
	return target === undefined ? null : {target, version: versionOf(target)};
}
