/** This file defines instructions as people read them. */

import type {CodeRange} from './code.js';
import type {LabelOf} from './labels.js';

export interface Line {
	readonly address: number;
	readonly bytes: Uint8Array;
	/** As GNU tools write it, with names for addresses where there is one: `call PyErr_Occurred@plt`. */
	readonly text: string;
}

/**
 * Calls `each` for the instructions of a range from `start` on, until it says false. The text is written only when asked
 * for: most instructions are passed over.
 */
export type Write = (range: CodeRange, start: number, labelOf: LabelOf, each: EachLine) => void;
export type EachLine = (address: number, size: number, text: () => string) => boolean;
