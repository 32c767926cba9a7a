/** This file reads a saved report, and says in one sentence what is wrong with a file that is none. */

import {SuiteError} from '../errors.js';
import type {Report} from '../model/report.js';
import {reportTotals} from '../model/totals.js';
import {verdictKinds} from '../model/verdict.js';
import {asObject, Fault, quote, withoutMark} from './decode.js';
import {decodeReport} from './report-decoder.js';

/** `name` is how errors call the file. Errors: SuiteError. */
export function parseReport(json: string, name: string): Report {
	const value = parseJson(json, name);
	try {
		recognise(value);
		const report = decodeReport(value, '');
		agree(report);
		return report;
	} catch (fault) {
		if (!(fault instanceof Fault)) throw fault;
		throw new SuiteError(`${name} is not a report that can be read: ${fault.message}.`, {hint: again, cause: fault});
	}
}

const again = "Make the report anew with 'pyinterpose check --json'.";

function parseJson(json: string, name: string): unknown {
	const body = withoutMark(json);
	if (body.trim() === '') throw new SuiteError(`${name} is empty.`, {hint: again});
	try {
		return JSON.parse(body);
	} catch (cause) {
		const said = cause instanceof Error ? cause.message : '';
		const at = Number(/position (\d+)/.exec(said)?.[1] ?? Number.NaN);
		const truncated = /end of JSON input|Unterminated string/.test(said) || at >= body.trimEnd().length;
		const what = truncated ? 'ends in the middle of the report' : 'is not JSON';
		throw new SuiteError(`${name} ${what}.`, {hint: again, cause});
	}
}

/** Another program's JSON and another schema are named as such, rather than by the first key that differs. */
function recognise(value: unknown): void {
	const {schema, tool} = asObject(value, '');
	if (typeof tool !== 'object' || tool === null || (tool as {name?: unknown}).name !== 'pyinterpose') {
		throw new Fault('another program wrote it');
	}
	if (schema !== 2) throw new Fault(`it follows schema ${quote(schema)} and this version reads schema 2`);
}

/** What a schema cannot say: no name twice, and sums that are sums. */
function agree({targets, totals}: Report): void {
	const sums = reportTotals(targets);
	once(
		targets.map(({id}) => id),
		id => `the build ${id}`,
	);
	for (const {id, functions} of targets) {
		const build = quote(id);
		once(
			functions.map(({symbol}) => symbol),
			symbol => `the function ${symbol} of ${build}`,
		);
		for (const {symbol, calls} of functions) {
			once(
				calls.map(({caller}) => `${symbol}/${caller}`),
				claim => `the claim ${claim} of ${build}`,
			);
		}
	}
	for (const kind of verdictKinds) {
		const sum = sums[kind];
		if (totals[kind] !== sum) throw new Fault(`totals.${kind} is ${totals[kind]} where its claims add up to ${sum}`);
	}
}

function once(names: readonly string[], describe: (name: string) => string): void {
	const seen = new Set<string>();
	for (const name of names) {
		if (seen.has(name)) throw new Fault(`${describe(quote(name))} occurs twice`);
		seen.add(name);
	}
}
