/** This file reads the keys of one rule of a contract, each as what it must be. */

import {TomlDate} from 'smol-toml';
import {families} from '../model/claim.js';
import {type Expectation, expectations, type Place, type Placed, type Severity, severities} from '../model/contract.js';
import {quote} from './decode.js';
import {contractError} from './fault.js';
import type {Locator} from './locate.js';
import {namePattern} from './pattern.js';
import type {TomlTable} from './toml.js';

export class RuleReader {
	readonly place: Place;

	constructor(
		private readonly table: TomlTable,
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

	severity(): Severity {
		const [first, ...more] = this.oneOfMany<Severity>('severity', severities);
		if (more.length > 0) throw contractError(this.at('severity'), 'a rule has one severity');
		return first?.value ?? 'error';
	}

	/** TOML's own date, or the same as text. */
	until(): string | null {
		const value = this.table.until;
		if (value === undefined) return null;
		const day = value instanceof TomlDate && value.isDate() ? value.toISOString() : value;
		if (typeof day !== 'string' || !isDay(day)) {
			throw contractError(this.at('until'), `until is a day such as 2027-01-31, not ${quote(value)}`);
		}
		return day;
	}

	reason(): string {
		const value = this.table.reason;
		if (typeof value !== 'string' || value.trim() === '') {
			throw contractError(this.at('reason'), "the rule needs a 'reason', which the report prints when it breaks");
		}
		return value;
	}
}

/** A day that the calendar has, which February 30th is not. */
function isDay(text: string): boolean {
	const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
	return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
