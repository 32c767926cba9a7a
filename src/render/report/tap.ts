/** This file writes a report as TAP 13, which `prove` reads. */

import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {seenWords} from './broken.js';
import {type Case, casesOf} from './cases.js';

export function renderTap(report: Report, held: Held | null): string {
	const cases = casesOf(report, held);
	const plan = cases.length === 0 ? '1..0 # SKIP nothing was tested' : `1..${cases.length}`;
	return ['TAP version 13', plan, ...cases.flatMap((one, index) => caseLines(one, index + 1)), ''].join('\n');
}

function caseLines(one: Case, number: number): string[] {
	const name = escapeTap(`${one.suite}/${one.name} on ${one.target}`);
	switch (one.outcome) {
		case 'passed':
			return [`ok ${number} - ${name} (${escapeTap(one.message)})`];
		case 'skipped':
		case 'unknown':
			return [`ok ${number} - ${name} # SKIP ${escapeTap(one.message)}`];
		case 'warned':
			return [`not ok ${number} - ${name} # TODO warning: ${escapeTap(one.message)}`];
		case 'failed':
		case 'error':
			return [`not ok ${number} - ${name}`, ...diagnostics(one)];
	}
}

/** YAML in which every value is a JSON string: one that strict readers take. */
function diagnostics({message, broken}: Case): string[] {
	const rows = [
		['message', message],
		...(broken === null
			? []
			: [
					['expected', broken.expected],
					['seen', seenWords(broken.seen)],
					['reason', broken.reason],
				]),
	];
	return ['  ---', ...rows.map(([name, value]) => `  ${name}: ${JSON.stringify(visible(value ?? ''))}`), '  ...'];
}

/** A hash would begin a directive, a backslash an escape. */
function escapeTap(text: string): string {
	return visible(text).replace(/[\\#]/g, '\\$&');
}
