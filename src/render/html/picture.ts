/** This file draws who calls what on one build: callers as boxes, with arrows into the override or past it, as wide as their calls. */

import type {TargetReport} from '../../model/report.js';
import {escapeHtml} from '../html-text.js';
import {compact, counted, grouped} from '../numbers.js';
import {type CallerRow, callerRows, rowOf} from '../report/standing.js';

export function callsPicture(target: TargetReport): string {
	const rows = callsByCaller(target).filter(({into, past}) => into + past > 0);
	if (rows.length === 0) return '';
	const most = Math.max(...rows.flatMap(({into, past}) => [into, past]));
	const height = top + rows.length * rowHeight + 8;
	const label = rows
		.map(({caller, into, past}) => `${caller}: ${counted(into, 'call')} into overrides, ${grouped(past)} past them`)
		.join('; ');
	const middle = top + (rows.length * rowHeight) / 2;
	const [up, down] = [middle - rowHeight / 2 - 14, middle + rowHeight / 2 + 2];
	return [
		`<svg class="picture" viewBox="0 0 ${width} ${Math.max(height, down + 40)}" role="img" aria-label="${escapeHtml(`Calls of Python's C API. ${label}.`)}">`,
		`<text x="4" y="14" class="soft">who calls</text><text x="${right}" y="14" class="soft">what runs</text>`,
		...rows.flatMap(({caller, into, past}, index) => {
			const y = top + index * rowHeight;
			return [
				arrow(y + 10, up + 14, into, most, 'into'),
				arrow(y + 20, down + 14, past, most, 'past'),
				`<rect x="4" y="${y}" width="${boxWidth}" height="30" rx="5" class="box"/>`,
				`<text x="12" y="${y + 13}">${caller}</text><text x="12" y="${y + 25}" class="small">${compact(into)} into, ${compact(past)} past</text>`,
			];
		}),
		`<rect x="${right}" y="${up}" width="${width - right - 4}" height="28" rx="5" class="box into"/><text x="${right + 8}" y="${up + 18}">override</text>`,
		`<rect x="${right}" y="${down}" width="${width - right - 4}" height="28" rx="5" class="box past"/><text x="${right + 8}" y="${down + 18}">past it</text>`,
		'</svg>',
	]
		.filter(part => part !== '')
		.join('');
}

const width = 360;
const top = 22;
const rowHeight = 36;
const boxWidth = 130;
const right = 270;

/** The root, so that a thousandth of the calls is still seen. */
function arrow(from: number, to: number, calls: number, most: number, kind: 'into' | 'past'): string {
	if (calls === 0) return '';
	const stroke = Math.max(1, Math.round(120 * Math.sqrt(calls / most)) / 10);
	const [x, end] = [4 + boxWidth, right];
	return `<path d="M${x} ${from}C${x + 60} ${from} ${end - 60} ${to} ${end} ${to}" class="arrow ${kind}" stroke-width="${stroke}"/>`;
}

interface CallerCalls {
	readonly caller: CallerRow;
	readonly into: number;
	readonly past: number;
}

/** Of the interpreter's own functions, all that ran. */
function callsByCaller({functions}: TargetReport): readonly CallerCalls[] {
	const sums = new Map<CallerRow, {into: number; past: number}>(callerRows.map(caller => [caller, {into: 0, past: 0}]));
	for (const {definedBy, calls} of functions) {
		if (definedBy !== 'interpreter') continue;
		for (const {caller, honored, bypassed} of calls) {
			const row = rowOf[caller];
			const sum = row === null ? undefined : sums.get(row);
			if (sum === undefined) continue;
			sum.into += honored;
			sum.past += bypassed ?? 0;
		}
	}
	return callerRows.map(caller => ({caller, ...(sums.get(caller) ?? {into: 0, past: 0})}));
}
