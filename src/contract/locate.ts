/** This file finds where in a TOML file a rule, a key of it or a word stands, so that an error can point there. */

import type {Place} from '../model/contract.js';

export interface Locator {
	/** The head of the rule with this index. */
	rule(index: number): Place;
	/** A key of that rule; the rule where the key cannot be found. */
	key(index: number, key: string): Place;
	/** A string in the value of that key; the key where it cannot be found. */
	word(index: number, key: string, word: string): Place;
	/** A key outside every rule. */
	top(key: string): Place;
}

export function locator(file: string, text: string): Locator {
	const lines = text.split(/\r?\n/);
	const heads = lines.flatMap((line, at) => (/^\s*\[\[\s*rule\s*\]\]/.test(line) ? [at] : []));
	const place = (line: number, column: number): Place => ({file, line: line + 1, column: column + 1});
	const find = (from: number, to: number, columnIn: (line: string) => number): Place | undefined => {
		for (let at = from; at < to; at += 1) {
			const column = columnIn(lines[at] ?? '');
			if (column >= 0) return place(at, column);
		}
		return undefined;
	};
	const startOf = (index: number) => heads[index] ?? 0;
	const endOf = (index: number) => heads[index + 1] ?? lines.length;
	const locate: Locator = {
		rule: index => find(startOf(index), endOf(index), line => line.search(/\S/)) ?? place(0, 0),
		key: (index, key) => find(startOf(index) + 1, endOf(index), columnOfKey(key)) ?? locate.rule(index),
		word(index, key, word) {
			const at = locate.key(index, key);
			return find(at.line - 1, endOf(index), columnOfWord(word)) ?? at;
		},
		top: key => find(0, heads[0] ?? lines.length, columnOfKey(key)) ?? place(0, 0),
	};
	return locate;
}

/** No pattern is made of what the file holds: a key of 100,000 letters makes one that is too large. */
function columnOfKey(key: string): (line: string) => number {
	return line => {
		const [, indent = '', quote = ''] = /^(\s*)(["']?)/.exec(line) ?? [];
		const rest = line.slice(indent.length + quote.length);
		return rest.startsWith(key) && /^["']?\s*=/.test(rest.slice(key.length)) ? indent.length : -1;
	};
}

function columnOfWord(word: string): (line: string) => number {
	return line => {
		const columns = [`"${word}"`, `'${word}'`].map(quoted => line.indexOf(quoted)).filter(column => column >= 0);
		return columns.length === 0 ? -1 : Math.min(...columns);
	};
}
