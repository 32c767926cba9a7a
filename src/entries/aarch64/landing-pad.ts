/** This file knows the landing pads of aarch64: where an indirect branch may arrive (BTI). */

import {wordAt} from './relocate.js';

/** In bytes; 0 where there is none. */
export function aarch64LandingPad(bytes: Uint8Array): number {
	return landingPads.has(wordAt(bytes, 0)) ? 4 : 0;
}

/** BTI in its forms, PACIASP and PACIBSP. */
const landingPads: ReadonlySet<number> = new Set([
	0xd503_241f, 0xd503_245f, 0xd503_249f, 0xd503_24df, 0xd503_233f, 0xd503_237f,
]);
