/** This file reads a contract: `interpose.toml`, with every error at its line and column. */

import {type BindingMode, bindingModes} from '../model/binding.js';
import {type Route, routes} from '../model/claim.js';
import type {Contract, EndedRule, Rule} from '../model/contract.js';
import {quote} from './decode.js';
import {contractError} from './fault.js';
import {locator} from './locate.js';
import {RuleReader} from './rule-reader.js';
import {isTable, parseToml, type TomlTable} from './toml.js';

/**
 * `name` is how errors call the file; `today` is the day in UTC, 2027-01-31, by which rules end.
 * Errors: SuiteError, `interpose.toml:12:1: …`; also where a rule ends and no day is given.
 */
export function readContract(text: string, name: string, today: string | null = null): Contract {
	const table = parseToml(text, name);
	const at = locator(name, text);
	for (const key of Object.keys(table)) {
		if (key !== 'rule' && key !== 'schema') throw contractError(at.top(key), `there is no key ${quote(key)}`);
	}
	if (table.schema !== undefined && table.schema !== 1) {
		throw contractError(at.top('schema'), 'this version reads contracts of schema 1');
	}
	const given = table.rule ?? [];
	if (!Array.isArray(given) || given.some(item => !isTable(item))) {
		throw contractError(at.top('rule'), 'rules are written as [[rule]] tables');
	}
	if (given.length === 0) throw contractError({file: name, line: 1, column: 1}, 'the contract has no [[rule]]');
	const rules = given.map((item, index) => readRule(item, new RuleReader(item, index, at)));
	return {file: name, rules: rules.filter(rule => !isOver(rule, today)), ended: rules.flatMap(endedOn(today))};
}

/** Dates of this form sort as text. */
function isOver({until, place}: Rule, today: string | null): boolean {
	if (until === null) return false;
	if (today === null) throw contractError(place, `the rule ends with ${until}, and it is not known what day it is`);
	return today > until;
}

function endedOn(today: string | null): (rule: Rule) => readonly EndedRule[] {
	return rule => {
		const {place, until, reason} = rule;
		return until !== null && isOver(rule, today) ? [{place, until, reason}] : [];
	};
}

const commonKeys = ['optional', 'severity', 'until', 'reason'];
/** A rule is of the kind whose key it has, and has no key of another. */
const ruleKinds = {
	binding: {keys: ['targets', 'binding', ...commonKeys], what: 'a rule on the binding mode'},
	exports: {keys: ['targets', 'exports', ...commonKeys], what: 'a rule on exported names'},
	claims: {keys: ['targets', 'claims', 'families', 'routes', 'expect', 'share', ...commonKeys], what: 'a rule'},
} as const satisfies Record<Rule['kind'], object>;

function readRule(table: TomlTable, reader: RuleReader): Rule {
	const kind = 'binding' in table ? 'binding' : 'exports' in table ? 'exports' : 'claims';
	reader.refuseOthers(ruleKinds[kind].keys, ruleKinds[kind].what);
	const common = {
		place: reader.place,
		targets: reader.texts('targets'),
		optional: reader.flag('optional'),
		severity: reader.severity(),
		until: reader.until(),
		reason: reader.reason(),
	};
	if (kind === 'binding') {
		return {kind, ...common, modes: reader.oneOfMany<BindingMode>('binding', bindingModes).map(({value}) => value)};
	}
	if (kind === 'exports') return {kind, ...common, patterns: reader.texts('exports').map(({value}) => value)};
	const rule = {
		kind: 'claims' as const,
		...common,
		claims: reader.texts('claims'),
		families: reader.families(),
		routes: reader.oneOfMany<Route>('routes', routes),
		expect: reader.expectation(),
		share: reader.share(),
	};
	if (rule.claims.length + rule.families.length + rule.routes.length === 0) {
		throw contractError(
			rule.place,
			"the rule needs 'claims', 'families', 'routes', 'binding' or 'exports' to say what it is about",
		);
	}
	if (rule.share < 1 && rule.expect !== 'honored' && rule.expect !== 'honored-if-called') {
		throw contractError(reader.at('share'), `a share contradicts expect = '${rule.expect}'`);
	}
	return rule;
}
