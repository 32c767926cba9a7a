/** This file holds a build to the rules that are about it as a whole: its binding mode, and the names that it exports. */

import type {BindingMode} from '../model/binding.js';
import type {BindingRule, Broken, ExportsRule} from '../model/contract.js';
import {namePattern} from './pattern.js';

export interface WholeBuild {
	readonly id: string;
	readonly object: string;
	readonly mode: BindingMode;
	/** The functions that it exports, as far as they were looked at, and how many there are. */
	readonly exports: {readonly names: readonly string[]; readonly count: number};
}

export function checkWhole(build: WholeBuild, rule: BindingRule | ExportsRule): readonly Broken[] {
	return rule.kind === 'binding' ? checkBinding(build, rule) : checkExports(build, rule);
}

function checkBinding(build: WholeBuild, rule: BindingRule): readonly Broken[] {
	if (rule.modes.includes(build.mode)) return [];
	return [
		broken(build, rule, {
			claim: 'binding',
			expected: `binding mode ${rule.modes.join(' or ')}`,
			seen: build.mode,
			undecided: false,
		}),
	];
}

/** One for each odd name. That none is odd is known only where all were looked at. */
function checkExports(build: WholeBuild, rule: ExportsRule): readonly Broken[] {
	const {names, count} = build.exports;
	const patterns = rule.patterns.map(namePattern);
	const expected = `a name that matches ${rule.patterns.join(' or ')}`;
	const odd = names.filter(name => !patterns.some(matches => matches(name)));
	if (odd.length > 0) {
		return odd.map(name =>
			broken(build, rule, {claim: `${name}/exported`, expected, seen: 'exported', undecided: false}),
		);
	}
	if (names.length === count) return [];
	const because = `only ${names.length} of ${count} exported functions were looked at`;
	return [broken(build, rule, {claim: 'exports', expected, seen: {kind: 'inconclusive', because}, undecided: true})];
}

function broken(
	{id, object}: WholeBuild,
	{place, reason, severity}: BindingRule | ExportsRule,
	found: Pick<Broken, 'claim' | 'expected' | 'seen' | 'undecided'>,
): Broken {
	return {target: id, object, symbol: null, route: null, because: null, severity, reason, place, ...found};
}
