/** This file turns unknown values into typed ones, or says in one sentence what is wrong with them and where. */

import {visible} from '../model/visible.js';

/** What a file that an editor began with a byte order mark says, as JSON.parse takes it. */
export function withoutMark(json: string): string {
	return json.replace(/^\ufeff/, '');
}

export type Decoder<T> = (value: unknown, at: string) => T;

/** What is wrong with a value; the one who knows the file's name makes a SuiteError of it. */
export class Fault extends Error {
	override readonly name = 'Fault';
}

export const text: Decoder<string> = (value, at) => (typeof value === 'string' ? value : wrong(value, at, 'text'));

export const flag: Decoder<boolean> = (value, at) =>
	typeof value === 'boolean' ? value : wrong(value, at, 'true or false');

/** A whole number of at least `least`. */
export function count(least: number): Decoder<number> {
	return (value, at) =>
		Number.isSafeInteger(value) && (value as number) >= least
			? (value as number)
			: wrong(value, at, `a whole number of at least ${least}`);
}

export function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
	return (value, at) => (value === null ? null : decoder(value, at));
}

export function oneOf<const T extends string>(values: readonly T[]): Decoder<T> {
	return (value, at) =>
		(values as readonly unknown[]).includes(value) ? (value as T) : wrong(value, at, `one of ${values.join(', ')}`);
}

/** Of a key that what earlier versions wrote does not have: it is then taken to be `before`. */
export function added<T>(decoder: Decoder<T>, before: T): Decoder<T> {
	const decode: Decoder<T> = (value, at) => decoder(value, at);
	return Object.assign(decode, {before});
}

/** Exactly the given keys, of which those that were `added` may be missing. */
export function record<T extends object>(decoders: {readonly [K in keyof T]-?: Decoder<T[K]>}): Decoder<T> {
	const keys = Object.keys(decoders) as (keyof T & string)[];
	return (value, at) => {
		const given = asObject(value, at);
		const decoded: Partial<T> = {};
		for (const key of keys) {
			const decoder = decoders[key];
			if (Object.hasOwn(given, key)) decoded[key] = decoder(given[key], join(at, key));
			else if ('before' in decoder) decoded[key] = decoder.before as T[typeof key];
			else throw new Fault(`${place(at)} lacks the key '${key}'`);
		}
		const unknown = Object.keys(given).find(key => !Object.hasOwn(decoders, key));
		if (unknown !== undefined) throw new Fault(`${place(at)} has a key ${quote(unknown)} that it cannot have`);
		return decoded as T;
	};
}

/** At most `most` items: what is larger was not written by this tool. */
export function listOf<T>(decoder: Decoder<T>, most: number): Decoder<readonly T[]> {
	return (value, at) => {
		if (!Array.isArray(value)) return wrong(value, at, 'a list');
		if (value.length > most)
			throw new Fault(`${place(at)} has ${value.length} items, more than the ${most} it may have`);
		return value.map((item, index) => decoder(item, `${at}[${index}]`));
	};
}

export function asObject(value: unknown, at: string): Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, at, 'an object');
	return value as Readonly<Record<string, unknown>>;
}

/** Text from a foreign file, short and safe to print. */
export function quote(value: unknown): string {
	const written = visible(typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value)));
	return written.length > 60 ? `${written.slice(0, 59)}…` : written;
}

function wrong(value: unknown, at: string, expected: string): never {
	throw new Fault(`${place(at)} is ${kindOf(value)}, not ${expected}`);
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'object' && value !== null ? 'an object' : quote(value);
}

function place(at: string): string {
	return at === '' ? 'it' : at;
}

function join(at: string, key: string): string {
	return at === '' ? key : `${at}.${key}`;
}
