/** This file knows the landing pads with which a function begins where indirect branches must land on one. */

import type {IsPreamble} from './code.js';

/** `endbr64`; x86-64. */
export const isEndbr64: IsPreamble = (bytes, size) => isBytes(bytes, size, [0xf3, 0x0f, 0x1e, 0xfa]);
/** `endbr32`; i386. */
export const isEndbr32: IsPreamble = (bytes, size) => isBytes(bytes, size, [0xf3, 0x0f, 0x1e, 0xfb]);
/** `bti c`, as it stands in memory; aarch64. */
export const isBtiC: IsPreamble = (bytes, size) => isBytes(bytes, size, [0x5f, 0x24, 0x03, 0xd5]);

function isBytes(bytes: Uint8Array, size: number, pad: readonly number[]): boolean {
	return size === pad.length && pad.every((byte, index) => bytes[index] === byte);
}
