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
	const find = (from: number, to: number, pattern: RegExp): Place | undefined => {
		for (let at = from; at < to; at += 1) {
			const found = pattern.exec(lines[at] ?? '');
			if (found !== null) return place(at, found.index + (found[1]?.length ?? 0));
		}
		return undefined;
	};
	const startOf = (index: number) => heads[index] ?? 0;
	const endOf = (index: number) => heads[index + 1] ?? lines.length;
	const locate: Locator = {
		rule: index => find(startOf(index), endOf(index), /^(\s*)\S/) ?? place(0, 0),
		key: (index, key) => find(startOf(index) + 1, endOf(index), keyPattern(key)) ?? locate.rule(index),
		word(index, key, word) {
			const at = locate.key(index, key);
			return find(at.line - 1, endOf(index), new RegExp(`(?:"${literal(word)}"|'${literal(word)}')`)) ?? at;
		},
		top: key => find(0, heads[0] ?? lines.length, keyPattern(key)) ?? place(0, 0),
	};
	return locate;
}

function keyPattern(key: string): RegExp {
	return new RegExp(`^(\\s*)["']?${literal(key)}["']?\\s*=`);
}

function literal(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
