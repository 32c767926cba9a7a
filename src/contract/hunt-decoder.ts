/** This file reads a saved report of a hunt; schema/hunt.schema.json says the same, and a test compares them. */

import {SuiteError} from '../errors.js';
import {type HuntReport, interposerSigns} from '../model/hunt.js';
import {asObject, count, Fault, listOf, nullable, oneOf, quote, record, text, withoutMark} from './decode.js';

/** Whether a file's JSON says of itself that it is a hunt's. */
function isHunt(value: unknown): boolean {
	return typeof value === 'object' && value !== null && (value as {kind?: unknown}).kind === 'hunt';
}

/** `name` is how errors call the file. Errors: SuiteError. */
export function parseHunt(json: string, name: string): HuntReport {
	try {
		const value = JSON.parse(withoutMark(json));
		if (!isHunt(value)) throw new Fault('no hunt wrote it');
		const {schema} = asObject(value, '');
		if (schema !== 1) throw new Fault(`it follows schema ${quote(schema)} and this version reads schema 1`);
		return {...decodeHunt(value, ''), schema: 1};
	} catch (cause) {
		if (!(cause instanceof Fault) && !(cause instanceof SyntaxError)) throw cause;
		const what = cause instanceof Fault ? cause.message : 'it is not JSON, or ends in its middle';
		throw new SuiteError(`${name} is not a hunt that can be read: ${what}.`, {
			hint: "Make it anew with 'pyinterpose hunt --json'.",
			cause,
		});
	}
}

/** Of a whole distribution. */
const most = {things: 10_000_000, names: 100_000} as const;

const names = listOf(text, most.names);
const object = {place: text, soname: nullable(text), libpython: names, libc: names};
const decodeHunt = record<Omit<HuntReport, 'schema'> & {schema: number}>({
	schema: count(1),
	kind: oneOf(['hunt']),
	tool: record({name: oneOf(['pyinterpose']), version: text}),
	looked: record({
		paths: names,
		shards: names,
		libpython: names,
		functions: record({libpython: count(0), libc: count(0)}),
	}),
	counts: record({files: count(0), archives: count(0), objects: count(0), broken: count(0), texts: count(0)}),
	interposers: listOf(
		record({...object, signs: listOf(oneOf(interposerSigns), most.names), looksUp: names, known: nullable(text)}),
		most.things,
	),
	launchers: listOf(
		record({place: text, form: oneOf(['text', 'program']), line: nullable(count(1)), text, libraries: names}),
		most.things,
	),
	interpreters: listOf(text, most.things),
	others: listOf(record(object), most.things),
	failures: listOf(record({place: text, message: text}), most.things),
});
