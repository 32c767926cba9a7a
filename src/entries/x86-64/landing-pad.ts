/** This file knows the landing pad of x86-64: where an indirect branch may arrive (IBT). */

/** In bytes; 0 where there is none. */
export function x8664LandingPad(bytes: Uint8Array): number {
	return endbr64.every((byte, index) => bytes[index] === byte) ? endbr64.length : 0;
}

const endbr64 = [0xf3, 0x0f, 0x1e, 0xfa];
