/** This file reads gain and loss out of a sheet that was saved as Markdown, for the picture: its figures are as precise as they are printed. */

import {SuiteError} from '../errors.js';
import type {SheetBar, SheetGain} from '../model/sheet.js';

export interface SavedBars {
	readonly base: string;
	readonly bars: readonly SheetBar[];
}

/** Errors: SuiteError where the text has no such table. */
export function barsIn(markdown: string, name: string): SavedBars {
	const [, base] = /^\| variant \| binding \| faster than (\S+), 95 % interval \|/m.exec(markdown) ?? [];
	const bars = [
		...markdown.matchAll(/^\| `([^`]+)` \| [a-z-]+ \| ([^|]*) \| [\d.]+ MB \| [^|]* \| ([^|]*) \| \d+ \|$/gm),
	];
	if (base === undefined || bars.length === 0) {
		throw new SuiteError(`${name} has no sheet of the lab.`, {
			hint: "Give what 'pyinterpose lab report' wrote with --format markdown or --json.",
		});
	}
	return {
		base,
		bars: bars.map(([, variant = '', gain = '', share = '']) => ({
			name: variant,
			gain: variant === base ? 'base' : gainIn(gain),
			share: shareIn(share.replace('&gt;', '>').replace('&lt;', '<')),
		})),
	};
}

/** `+2.5 % (+2.1 % to +2.9 %)`, `equal, -0.2 % (-0.7 % to +0.4 %)`. */
function gainIn(text: string): SheetGain | null {
	const [percent, low, high] = [...text.matchAll(/[+-]\d+\.\d/g)].map(([number]) => Number(number));
	if (percent === undefined || low === undefined || high === undefined) return null;
	return {percent, low, high, equal: text.startsWith('equal')};
}

/** `>99.9 %` is drawn as 99.9, `<0.1 %` as 0.1. */
function shareIn(words: string): SheetBar['share'] {
	const percent = Number(/\d+(\.\d+)?/.exec(words)?.[0] ?? Number.NaN);
	return Number.isNaN(percent) ? null : {percent, words};
}
