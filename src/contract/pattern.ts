/** This file matches ids by pattern: `*` is any run of characters and `?` any one, neither of them a slash. */

/** Matches whole ids (`PyErr_*` + `/interpreter`); a pattern without a slash matches symbols, on every route. */
export function claimPattern(pattern: string): (claim: {readonly id: string; readonly symbol: string}) => boolean {
	const expression = glob(pattern);
	return pattern.includes('/') ? ({id}) => expression.test(id) : ({symbol}) => expression.test(symbol);
}

export function namePattern(pattern: string): (name: string) => boolean {
	const expression = glob(pattern);
	return name => expression.test(name);
}

function glob(pattern: string): RegExp {
	const source = pattern
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		// Stars in a row say no more than one, and would take a hostile pattern's match exponential time.
		.replace(/\*+/g, '[^/]*')
		.replaceAll('?', '[^/]');
	return new RegExp(`^${source}$`, 'su');
}
