/** This file matches names by patterns: `*` is any run of characters and `?` any one of them, neither a slash. */

/**
 * The whole of `text`. A regular expression would try every way to share the text among the stars of a hostile pattern;
 * here only the last star ever takes more, so that the time is at most the product of the two lengths.
 */
export function matchesGlob(pattern: string, text: string): boolean {
	// Most names differ in what stands before the first wildcard.
	const wild = pattern.search(/[*?]/);
	if (!text.startsWith(wild < 0 ? pattern : pattern.slice(0, wild))) return false;
	// Neither wildcard matches a slash: each part between slashes is matched by the one in the same place.
	const parts = text.split('/');
	const patterns = pattern.split('/');
	return (
		patterns.length === parts.length &&
		patterns.every((part, index) => matchesPart([...part], [...(parts[index] ?? '')]))
	);
}

function matchesPart(pattern: readonly string[], text: readonly string[]): boolean {
	let [at, read] = [0, 0];
	// Where the last star stands, and where in the text what follows it is tried.
	let [star, retry] = [-1, 0];
	while (read < text.length) {
		if (pattern[at] === '*') {
			star = at++;
			retry = read;
		} else if (pattern[at] === '?' || pattern[at] === text[read]) {
			at++;
			read++;
		} else if (star >= 0) {
			at = star + 1;
			read = ++retry;
		} else return false;
	}
	return pattern.slice(at).every(character => character === '*');
}
