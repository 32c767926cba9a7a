/** This file binds native/reader.c through ffi-napi; nothing outside src/ledger sees a pointer. */

import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {SuiteError} from '../errors.js';

/** Where node-gyp leaves what runs inside targets. */
export const nativeFolder = fileURLToPath(new URL('../../../build/Release', import.meta.url));

/** A pointer of ours, opaque. */
export type Pointer = Buffer & {readonly __pointer: unique symbol};

export interface Reader {
	reader_create(path: string, slots: number, phases: number): number;
	reader_open(path: string, out: Buffer): number;
	reader_copy(reader: Pointer, phase: number, out: Buffer): number;
	reader_row(reader: Pointer, phase: number, slot: number, out: Buffer): number;
	reader_ready(reader: Pointer, out: Buffer): number;
	reader_entries(reader: Pointer, out: Buffer): number;
	reader_names_changed(reader: Pointer, out: Buffer): number;
	reader_entries_reason(reason: number): string | null;
	reader_processes(reader: Pointer, out: Buffer): void;
	reader_close(reader: Pointer): void;
	reader_symbol(slot: number): string | null;
	reader_family_of(slot: number): string | null;
	reader_family(bit: number): string | null;
	reader_layout(name: string, out: Buffer): number;
	reader_fix_addresses(): number;
	reader_libc(): string;
}

// ffi-napi has no types, and is slow to load: it is loaded once, when first needed.
const require = createRequire(import.meta.url);
let loaded: Reader | undefined;

/** Errors: SuiteError where the native part was not built. */
export function reader(): Reader {
	loaded ??= load();
	return loaded;
}

/** The pointer that `reader_open` left in `out`. */
export function pointerIn(out: Buffer): Pointer {
	return require('ref-napi').readPointer(out, 0);
}

function load(): Reader {
	const path = `${nativeFolder}/reader.so`;
	if (!existsSync(path)) {
		throw new SuiteError(`The native part is not built: ${path} is missing.`, {
			hint: "Run 'npx node-gyp rebuild' in the package's folder.",
		});
	}
	return require('ffi-napi').Library(path, {
		reader_create: ['int', ['string', 'uint32', 'uint32']],
		reader_open: ['int', ['string', 'pointer']],
		reader_copy: ['int', ['pointer', 'uint32', 'pointer']],
		reader_row: ['int', ['pointer', 'uint32', 'uint32', 'pointer']],
		reader_ready: ['int', ['pointer', 'pointer']],
		reader_entries: ['int', ['pointer', 'pointer']],
		reader_names_changed: ['int', ['pointer', 'pointer']],
		reader_entries_reason: ['string', ['uint32']],
		reader_processes: ['void', ['pointer', 'pointer']],
		reader_close: ['void', ['pointer']],
		reader_symbol: ['string', ['uint32']],
		reader_family_of: ['string', ['uint32']],
		reader_family: ['string', ['uint32']],
		reader_layout: ['int', ['string', 'pointer']],
		reader_fix_addresses: ['int', []],
		reader_libc: ['string', []],
	});
}

/**
 * Turns address randomisation off for what this process starts from now on, so that counts repeat: which objects collide
 * in a cache depends on their addresses. False where the system forbids it.
 */
export function fixAddresses(): boolean {
	return reader().reader_fix_addresses() === 0;
}
