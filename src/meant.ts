/** This file turns a mistyped word into a hint: what was meant, or what there is. */

import {nearest} from './gather/nearest.js';

export function meant(word: string, names: readonly string[], otherwise: string): string {
	const near =
		nearest(word, names) ??
		// Two letters that changed places are two changes, too many for a short word.
		names.find(name => letters(name) === letters(word)) ??
		names.find(name => word.length > 1 && name.startsWith(word));
	return near === undefined ? otherwise : `Did you mean '${near}'? ${otherwise}`;
}

function letters(word: string): string {
	return [...word].sort().join('');
}
