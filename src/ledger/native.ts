/** This file calls the native part (native/reader.c) through ffi-napi, for the little that only a call can tell or do. */

import {createRequire} from 'node:module';
import {nativeFolder} from '../native.js';

export {nativeFolder};

const readerPath = `${nativeFolder}/reader.so`;

/** The C library that this process runs on, and its version. */
export function libcVersion(): string {
	return reader().reader_libc();
}

/** Address randomisation off for what this process starts from now on. False where the system forbids it. */
export function fixOwnAddresses(): boolean {
	return reader().reader_fix_addresses() === 0;
}

interface Reader {
	reader_fix_addresses(): number;
	reader_libc(): string;
}

let loaded: Reader | undefined;

// ffi-napi has no types, and takes longer to load than all else that a short run needs: it is loaded where it is called.
function reader(): Reader {
	loaded ??= createRequire(import.meta.url)('ffi-napi').Library(readerPath, {
		reader_fix_addresses: ['int', []],
		reader_libc: ['string', []],
	}) as Reader;
	return loaded;
}
