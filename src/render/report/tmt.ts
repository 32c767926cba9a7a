/** This file writes a report as the results.yaml of a tmt test with `result: custom`. */

import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {type CaseOutcome, casesOf} from './cases.js';

/** YAML whose strings are JSON strings. */
export function renderTmt(report: Report, held: Held | null): string {
	const items = casesOf(report, held).map(({target, suite, name, outcome, message}) =>
		[
			`- name: ${JSON.stringify(`/${[target, suite, name].map(part).join('/')}`)}`,
			`  result: ${results[outcome]}`,
			`  note:`,
			`    - ${JSON.stringify(visible(message))}`,
		].join('\n'),
	);
	return items.length === 0 ? '[]\n' : `${items.join('\n')}\n`;
}

/** Without a contract nothing is asked of a claim: what could not be found out is a warning. */
const results = {
	passed: 'pass',
	failed: 'fail',
	error: 'error',
	warned: 'warn',
	unknown: 'warn',
	skipped: 'info',
} as const satisfies Record<CaseOutcome, string>;

/** tmt makes folders of names. */
function part(text: string): string {
	return visible(text).replace(/[^\w.+-]/g, '_');
}
