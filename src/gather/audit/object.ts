/** This file reads the objects of an audited process, once each: what they define, import, and how a call site of theirs calls. */

import {realpathSync} from 'node:fs';
import {basename} from 'node:path';
import {findStubs} from '../../binding/code/plt.js';
import {type ExportedFunction, exportedFunctions} from '../../binding/exports.js';
import {jumpsOf} from '../../binding/tail-jumps.js';
import type {Elf} from '../../elf/elf.js';
import {SuiteError} from '../../errors.js';
import {readObjectFile} from '../../object/object-file.js';

export interface LoadedObject {
	readonly path: string;
	readonly elf: Elf;
	/** By name; a version that is not the default one is a part of it. */
	readonly functions: ReadonlyMap<string, ExportedFunction>;
	/** Theirs, without versions. */
	readonly names: ReadonlySet<string>;
	/** What its relocations name, by slot. */
	readonly slots: ReadonlyMap<number, string>;
	/** The slots of its PLT stubs, by the address of the stub. */
	readonly stubs: ReadonlyMap<number, number>;
	/** Functions that it has no definition of, and data that it imports. */
	readonly imports: ReadonlySet<string>;
	/** The names that the function at an address jumps to: many calls come of few functions, so each is decoded once. */
	jumpsOf(address: number): readonly string[];
}

export type ReadLoaded = (path: string) => LoadedObject | null;

/** Null for what has no file that can be read, such as the vDSO. */
export function loadedObjects(): ReadLoaded {
	const known = new Map<string, LoadedObject | null>();
	return path => {
		if (!known.has(path)) known.set(path, tryRead(path));
		return known.get(path) ?? null;
	};
}

function tryRead(path: string): LoadedObject | null {
	try {
		return read(path);
	} catch (error) {
		if (error instanceof SuiteError) return null;
		throw error;
	}
}

/** Errors: SuiteError for what cannot be read or is no ELF object. */
export function read(path: string): LoadedObject {
	const {elf} = readObjectFile(path);
	const functions = new Map(exportedFunctions(elf).map(definition => [definition.name, definition]));
	const slots = namedSlots(elf);
	const found = findStubs(elf, new Set(slots.keys()));
	const stubs = new Map(found.map(({address, slot}) => [address, slot]));
	const jumps = new Map<number, readonly string[]>();
	return {
		path,
		elf,
		functions,
		names: new Set([...functions.keys()].map(bare)),
		slots,
		stubs,
		imports: new Set(elf.dynamicSymbols.flatMap(({defined, name}) => (defined || name === '' ? [] : [name]))),
		jumpsOf(address) {
			const known = jumps.get(address) ?? jumpsOf(elf, address, stubs, slots);
			jumps.set(address, known);
			return known;
		},
	};
}

/** Without the version that tells it from another of the same name. */
export function bare(name: string): string {
	return name.replace(/@.*$/, '');
}

/** What its calls by name go through, by address. */
export function namedSlots(elf: Elf): ReadonlyMap<number, string> {
	const named = new Map<number, string>();
	for (const {kind, address, symbol} of elf.relocationTables.others) {
		if (kind !== 'JUMP_SLOT' && kind !== 'GLOB_DAT') continue;
		const name = elf.dynamicSymbols[symbol]?.name ?? '';
		if (name !== '') named.set(address, name);
	}
	return named;
}

export function real(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		// The vDSO, or what is gone: it has no file to be read.
		return path;
	}
}

/** The C library's own files: their calls of each other are nobody's override. */
export function isLibc(path: string): boolean {
	return /^(ld-linux.*|ld|lib(c|m|dl|rt|pthread|util|resolv|nsl|anl|nss_\w+))([-.]\d+(\.\d+)*)?\.so(\.\d+)*$/.test(
		basename(path),
	);
}
