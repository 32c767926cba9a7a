/** This file says in one sentence what a build honors: text that a packager can paste into a change proposal. */

import type {TargetReport} from '../../model/report.js';
import type {Cause} from '../../model/verdict.js';
import {grouped} from '../numbers.js';
import {shortCauses} from '../words.js';
import {buildName} from './build-names.js';
import {callerRows, causesOf, countOf, type FunctionKind, otherCallers, type Standing, standingOf} from './standing.js';

/** `CPython 3.11.2 (static): LD_PRELOAD overrides work for none of 1,060 functions of Python's C API, whoever calls (…).` `terse` tells one cause of each no. */
export function buildAnswer(target: TargetReport, terse = false): string {
	const clauses = [...pythonClauses(target, terse), ...libcClauses(target, terse)];
	const said = clauses.length === 0 ? ' were asked for, and none of them is called' : ` work ${listed(clauses)}`;
	return `${buildName(target)}: LD_PRELOAD overrides${said}.`;
}

/** One clause where all callers fare alike, else one for the interpreter and one for the others. */
function pythonClauses(target: TargetReport, terse: boolean): readonly string[] {
	const inside = standingOf(target, 'python', ['interpreter']);
	const outside = standingOf(target, 'python', otherCallers);
	if (inside.functions.length === 0 || outside.functions.length === 0 || alike(inside, outside)) {
		const all = standingOf(target, 'python', callerRows);
		const who =
			inside.functions.length === 0
				? ' called by others'
				: outside.functions.length === 0
					? ' called by the interpreter'
					: '';
		return clause(all, `functions of Python's C API${who}`, who === '' ? ', whoever calls' : '', terse);
	}
	return [
		...clause(inside, "functions of Python's C API called by the interpreter", '', terse),
		...clause(outside, 'called by others', '', terse),
	];
}

function libcClauses(target: TargetReport, terse: boolean): readonly string[] {
	return clause(standingOf(target, 'libc', callerRows), 'tested of libc', '', terse);
}

/** Whether both are all, or both none for the same causes. */
function alike(a: Standing, b: Standing): boolean {
	const all = (one: Standing, fate: 'works' | 'lost') => countOf(one, fate) === one.functions.length;
	if (all(a, 'works') && all(b, 'works')) return true;
	return all(a, 'lost') && all(b, 'lost') && causesOf(a.functions).join() === causesOf(b.functions).join();
}

function clause(standing: Standing, what: string, whoever: string, terse: boolean): readonly string[] {
	const {functions} = standing;
	if (functions.length === 0) return [];
	const unknown = countOf(standing, 'unknown');
	const partly = countOf(standing, 'partly');
	const aside = [
		...causesOf(functions.filter(({fate}) => fate === 'lost' || fate === 'partly'))
			.filter(cause => cause !== 'unknown')
			.slice(0, terse ? 1 : 2)
			.map((cause: Cause) => shortCauses[cause]),
		...(partly === 0 || terse ? [] : [`${grouped(partly)} in part`]),
		...(unknown === 0 ? [] : [`${grouped(unknown)} not known`]),
	];
	return [
		`for ${portion(countOf(standing, 'works'), functions.length, what)}${whoever}${aside.length === 0 ? '' : ` (${aside.join(', ')})`}`,
	];
}

/** `none of 1,060 functions`, `all 21`, `the one`. */
function portion(part: number, whole: number, what: string): string {
	if (whole === 1) return `${part === 1 ? 'the one' : 'none of 1'} ${what.replace('functions', 'function')}`;
	if (part === 0) return `none of ${grouped(whole)} ${what}`;
	return part === whole ? `all ${grouped(whole)} ${what}` : `${grouped(part)} of ${grouped(whole)} ${what}`;
}

function listed(clauses: readonly string[]): string {
	if (clauses.length < 2) return clauses.join('');
	return `${clauses.slice(0, -1).join(', ')}, and ${clauses.at(-1)}`;
}

/** What a head of a column calls the functions. */
export const kindWords = {python: "Python's C API", libc: 'libc'} as const satisfies Record<FunctionKind, string>;
