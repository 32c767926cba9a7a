/** This file colours text for a terminal, or leaves it as it is. */

import type {VerdictKind} from '../model/verdict.js';

export interface Brush {
	bold(text: string): string;
	dim(text: string): string;
	red(text: string): string;
	yellow(text: string): string;
	verdict(kind: VerdictKind, text: string): string;
}

export function brush(colour: boolean): Brush {
	const paint = (codes: string) => (text: string) =>
		colour && text !== '' ? `\u001b[${codes}m${text}\u001b[0m` : text;
	return {
		bold: paint('1'),
		dim: paint('2'),
		red: paint('31'),
		yellow: paint('33'),
		verdict: (kind, text) => paint(verdictCodes[kind])(text),
	};
}

/** Colours of the 16 that every terminal has, so that its own theme keeps them readable. */
const verdictCodes = {
	honored: '32',
	partial: '33',
	bypassed: '31;1',
	uncalled: '2',
	absent: '2',
	inconclusive: '35;1',
} as const satisfies Record<VerdictKind, string>;
