/** This file writes the versions that a shim defines: those of the interpreter, so that each of its symbols is overridden by its own. */

import {VER_FLG_BASE, VER_NDX_GLOBAL, VERSYM_HIDDEN} from '../elf/abi.js';
import {Output, type Strings} from './output.js';

export interface VersionTable {
	/** Null where there are no versions. */
	readonly definitions: {readonly bytes: Buffer; readonly count: number} | null;
	/** What stands in the table of versions for a symbol. */
	entryOf(version: string | null, hidden: boolean): number;
}

/** A definition, and the one name that belongs to it. */
const DEFINITION_SIZE = 20;
const NAME_SIZE = 8;

export function defineVersions(versions: readonly (string | null)[], strings: Strings): VersionTable {
	const names = [...new Set(versions.filter(version => version !== null))];
	const numbers = new Map(names.map((name, index) => [name, index + VER_NDX_GLOBAL + 1]));
	return {
		definitions: names.length === 0 ? null : write(['pyinterpose-sweep', ...names], strings),
		entryOf: (version, hidden) =>
			version === null ? VER_NDX_GLOBAL : (numbers.get(version) ?? VER_NDX_GLOBAL) | (hidden ? VERSYM_HIDDEN : 0),
	};
}

/** The first is the object's own name: the base definition. */
function write(names: readonly string[], strings: Strings): {readonly bytes: Buffer; readonly count: number} {
	const step = DEFINITION_SIZE + NAME_SIZE;
	const out = new Output(names.length * step);
	names.forEach((name, index) => {
		const last = index === names.length - 1;
		out.half(1, index === 0 ? VER_FLG_BASE : 0, index + VER_NDX_GLOBAL, 1);
		out.word(systemVHash(name), DEFINITION_SIZE, last ? 0 : step);
		out.word(strings.add(name), 0);
	});
	return {bytes: out.bytes, count: names.length};
}

/** The System V ABI's hash of a name. */
function systemVHash(name: string): number {
	let hash = 0;
	for (const byte of Buffer.from(name)) {
		hash = ((hash << 4) + byte) >>> 0;
		const high = hash & 0xf000_0000;
		hash = ((hash ^ (high >>> 24)) & 0x0fff_ffff) >>> 0;
	}
	return hash;
}
