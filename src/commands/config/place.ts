/** This file finds where in a TOML file a key stands, so that an error can point there. */

import type {Place} from '../../model/contract.js';

/** `path` is the key with the tables that it stands in. Where it cannot be seen, the nearest of them; else the first line. */
export function placeOfKey(path: readonly string[], text: string, file: string): Place {
	let best = {length: 0, line: 1, column: 1};
	let table: readonly string[] = [];
	for (const [index, line] of text.split('\n').entries()) {
		const head = /^\s*\[([^[\]]*)\]/.exec(line);
		const key = head === null ? /^\s*([^#=[\]]*?)\s*=/.exec(line) : head;
		const words = key === null ? null : wordsOf(key[1] ?? '');
		if (words === null) continue;
		if (head !== null) table = words;
		const there = head === null ? [...table, ...words] : words;
		const length = there.length <= path.length && there.every((word, at) => word === path[at]) ? there.length : 0;
		if (length > best.length) best = {length, line: index + 1, column: line.search(/\S/) + 1};
	}
	return {file, line: best.line, column: best.column};
}

/** `options."check"` is two words; null for what is no key. */
function wordsOf(key: string): readonly string[] | null {
	const words: string[] = [];
	const part = /\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*(\.|$)/y;
	while (part.lastIndex < key.length) {
		const found = part.exec(key);
		if (found === null) return null;
		words.push(found[1] ?? found[2] ?? found[3] ?? '');
	}
	return words;
}
