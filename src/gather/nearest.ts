/** This file finds what a mistyped name was meant to be. */

/** The one of `names` that differs least, in letters changed, left out or put in; null where all differ much. */
export function nearest(name: string, names: readonly string[]): string | null {
	let [best, least]: [string | null, number] = [null, Math.min(3, Math.floor(name.length / 4)) + 1];
	for (const candidate of names) {
		if (candidate === name || Math.abs(candidate.length - name.length) >= least) continue;
		const distance = difference(name.toLowerCase(), candidate.toLowerCase());
		if (distance < least) [best, least] = [candidate, distance];
	}
	return best;
}

/** Levenshtein's distance. */
function difference(left: string, right: string): number {
	let row = Array.from({length: right.length + 1}, (_, column) => column);
	for (let at = 1; at <= left.length; at += 1) {
		const next = [at];
		for (let column = 1; column <= right.length; column += 1) {
			const changed = (row[column - 1] ?? 0) + (left[at - 1] === right[column - 1] ? 0 : 1);
			next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[right.length] ?? 0;
}
