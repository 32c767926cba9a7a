/** This file reads a contract: `interpose.toml`, with every error at its line and column. */

import {parse, TomlError} from 'smol-toml';
import {SuiteError} from '../errors.js';
import {type BindingMode, bindingModes} from '../model/binding.js';
import {families, type Route, routes} from '../model/claim.js';
import {type Contract, type Expectation, expectations, type Place, type Placed, type Rule} from '../model/contract.js';
import {quote} from './decode.js';
import {type Locator, locator} from './locate.js';
import {namePattern} from './pattern.js';

/** `name` is how errors call the file. Errors: SuiteError, `interpose.toml:12:1: …`. */
export function readContract(text: string, name: string): Contract {
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
	return {file: name, rules: given.map((item, index) => readRule(item, new RuleReader(item, index, at)))};
}

export function contractError({file, line, column}: Place, what: string): SuiteError {
	return new SuiteError(`${file}:${line}:${column}: ${what}.`);
}

type Table = Readonly<Record<string, unknown>>;

const claimKeys = ['targets', 'claims', 'families', 'routes', 'expect', 'share', 'optional', 'reason'];
const bindingKeys = ['targets', 'binding', 'optional', 'reason'];

function parseToml(text: string, name: string): Table {
	try {
		return parse(text);
	} catch (cause) {
		if (!(cause instanceof TomlError)) throw cause;
		const what = (cause.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
		throw contractError({file: name, line: cause.line, column: cause.column}, what);
	}
}

function readRule(table: Table, reader: RuleReader): Rule {
	const binding = 'binding' in table;
	reader.refuseOthers(binding ? bindingKeys : claimKeys, binding ? 'a rule on the binding mode' : 'a rule');
	const common = {
		place: reader.place,
		targets: reader.texts('targets'),
		optional: reader.flag('optional'),
		reason: reader.reason(),
	};
	if (binding)
		return {
			kind: 'binding',
			...common,
			modes: reader.oneOfMany<BindingMode>('binding', bindingModes).map(({value}) => value),
		};
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
			"the rule needs 'claims', 'families', 'routes' or 'binding' to say what it is about",
		);
	}
	if (rule.share < 1 && rule.expect !== 'honored' && rule.expect !== 'honored-if-called') {
		throw contractError(reader.at('share'), `a share contradicts expect = '${rule.expect}'`);
	}
	return rule;
}

/** One rule's keys, each read as what it must be. */
class RuleReader {
	readonly place: Place;

	constructor(
		private readonly table: Table,
		private readonly index: number,
		private readonly locator: Locator,
	) {
		this.place = locator.rule(index);
	}

	at(key: string): Place {
		return this.locator.key(this.index, key);
	}

	refuseOthers(known: readonly string[], what: string): void {
		const key = Object.keys(this.table).find(key => !known.includes(key));
		if (key !== undefined)
			throw contractError(this.at(key), `${what} has no key ${quote(key)}; it has ${known.join(', ')}`);
	}

	/** A string or a list of strings; none where the key is left out. */
	texts(key: string): readonly Placed<string>[] {
		const value = this.table[key];
		if (value === undefined) return [];
		const list: unknown[] = Array.isArray(value) ? value : [value];
		if (list.length === 0) throw contractError(this.at(key), `${key} is an empty list`);
		return list.map(item => {
			if (typeof item !== 'string' || item === '')
				throw contractError(this.at(key), `${key} takes text, not ${quote(item)}`);
			return {value: item, place: this.locator.word(this.index, key, item)};
		});
	}

	oneOfMany<T extends string>(key: string, values: readonly T[]): readonly Placed<T>[] {
		return this.texts(key).map(({value, place}) => {
			if (!(values as readonly string[]).includes(value)) {
				throw contractError(place, `${quote(value)} is none of ${values.join(', ')}`);
			}
			return {value: value as T, place};
		});
	}

	families(): readonly Placed<string>[] {
		return this.texts('families').map(({value, place}) => {
			if (!families.some(namePattern(value))) throw contractError(place, `no family is called ${quote(value)}`);
			return {value, place};
		});
	}

	expectation(): Expectation {
		const [first, ...more] = this.oneOfMany<Expectation>('expect', expectations);
		if (first === undefined || more.length > 0) {
			throw contractError(this.at('expect'), `a rule expects one of ${expectations.join(', ')}`);
		}
		return first.value;
	}

	share(): number {
		const value = this.table.share ?? 1;
		if (typeof value !== 'number' || !(value > 0 && value <= 1)) {
			throw contractError(this.at('share'), `share is a number above 0 and at most 1, not ${quote(value)}`);
		}
		return value;
	}

	flag(key: string): boolean {
		const value = this.table[key] ?? false;
		if (typeof value !== 'boolean') throw contractError(this.at(key), `${key} is true or false, not ${quote(value)}`);
		return value;
	}

	reason(): string {
		const value = this.table.reason;
		if (typeof value !== 'string' || value.trim() === '') {
			throw contractError(this.at('reason'), "the rule needs a 'reason', which the report prints when it breaks");
		}
		return value;
	}
}

function isTable(value: unknown): value is Table {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
