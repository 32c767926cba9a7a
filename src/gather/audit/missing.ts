/** This file finds what a library leaves out: functions that the Python calls and that belong with those that the library defines. */

import {plainName, related} from '../../catalog/related.js';

export interface Missing {
	readonly symbol: string;
	readonly beside: string;
	readonly kind: 'other-name' | 'family';
}

/**
 * `imported` is what the objects of the process refer to by name. Two functions of a family make it the library's business;
 * another name of one function does by itself.
 */
export function missingFrom(defined: ReadonlySet<string>, imported: ReadonlySet<string>): readonly Missing[] {
	const plain = new Map([...defined].sort().map(name => [plainName(name), name]));
	const found: Missing[] = [];
	for (const symbol of [...imported].sort()) {
		if (defined.has(symbol)) continue;
		const name = plainName(symbol);
		const same = plain.get(name);
		if (same !== undefined) {
			found.push({symbol, beside: same, kind: 'other-name'});
			continue;
		}
		const family = Object.values(related).find(names => names.includes(name)) ?? [];
		const beside = family.filter(one => plain.has(one));
		if (beside.length >= 2) found.push({symbol, beside: plain.get(beside[0] ?? '') ?? '', kind: 'family'});
	}
	return found;
}
