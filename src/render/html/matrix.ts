/** This file writes the matrix of the HTML report, the filters above it, and the sweep's table. */

import {routes} from '../../model/claim.js';
import {byCodeUnit} from '../../model/order.js';
import type {FunctionReport, Report} from '../../model/report.js';
import {curatedClaims} from '../../model/reported-claims.js';
import {causes, verdictKinds} from '../../model/verdict.js';
import {workloadCalls} from '../../model/workload-totals.js';
import {barClass, escapeHtml} from '../html-text.js';
import {counted, grouped, percent} from '../numbers.js';
import {type Cell, letter, type MatrixRow, matrixOf} from '../report/matrix.js';
import {briefCauses, verdictNumber, verdictSentence, verdictWords} from '../words.js';

/** `pageOf` gives the id of a symbol's own section. */
export type PageOf = (symbol: string) => string | undefined;

export function filtersHtml({targets}: Report): string {
	const claims = targets.flatMap(target => curatedClaims(target));
	const seen = new Set(claims.flatMap(({family, route, verdict}) => [family, route, verdict.kind, causeOf(verdict)]));
	const families = [...new Set(claims.map(({family}) => family))].sort(byCodeUnit);
	const labels = Object.fromEntries(families.map(family => [family, family]));
	return [
		'<form id="filters" class="filters scripted" role="search" aria-label="Filter the overrides">',
		'<label>Symbol <input type="search" name="text" autocomplete="off" spellcheck="false"></label>',
		select('family', 'Family', families, labels),
		select(
			'verdict',
			'Verdict',
			verdictKinds.filter(kind => seen.has(kind)),
			{},
		),
		select(
			'cause',
			'Cause',
			causes.filter(cause => seen.has(cause)),
			briefCauses,
		),
		select(
			'route',
			'Route',
			routes.filter(route => seen.has(route)),
			{},
		),
		targets.length > 1 ? '<label class="check"><input type="checkbox" name="differs"> only differences</label>' : '',
		'<button type="submit">Filter</button>',
		'<button type="reset">Clear</button>',
		'<output id="found" class="soft" aria-live="polite"></output>',
		'</form>',
	].join('\n');
}

export function matrixHtml(report: Report, pageOf: PageOf): string {
	const {heads, groups} = matrixOf(report);
	return tableHtml(
		'Overrides',
		heads,
		groups.map(({family, rows}) => familyHtml(family, rows, heads.length, pageOf)),
	);
}

/** Shares of the calls from inside the interpreter, for every function that a sweep saw entered. */
export function sweepHtml({targets}: Report): string {
	const swept = targets.map(({functions}) => new Map(functions.filter(wasCalled).map(one => [one.symbol, one])));
	const names = [...new Set(swept.flatMap(symbols => [...symbols.keys()]))].sort(byCodeUnit);
	if (names.length === 0) return '';
	const rows = names.map(name =>
		sweptRow(
			name,
			swept.map(symbols => symbols.get(name)),
		),
	);
	const table = tableHtml(
		'Every exported function',
		targets.map((_, index) => letter(index)),
		[`<tbody>\n${rows.join('\n')}\n</tbody>`],
	);
	return `<section aria-labelledby="sweep">\n<h2 id="sweep">Every exported function</h2>\n<p>Calls from inside the interpreter that ran an override, of all that were made and not inlined.</p>\n${table}\n</section>`;
}

function wasCalled(one: FunctionReport): boolean {
	return workloadCalls(one).some(({honored, bypassed}) => honored > 0 || (bypassed ?? 0) > 0);
}

function tableHtml(caption: string, heads: readonly string[], bodies: readonly string[]): string {
	return [
		`<section class="scroll" tabindex="0" aria-label="${caption}, table">`,
		`<table><caption class="sr">${caption}</caption>`,
		`<thead><tr><th scope="col">Symbol</th>${heads.map(head => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>`,
		...bodies,
		'</table>',
		'</section>',
	].join('\n');
}

function familyHtml(family: string, rows: readonly MatrixRow[], columns: number, pageOf: PageOf): string {
	return [
		'<tbody class="family">',
		`<tr><th colspan="${columns + 1}" scope="rowgroup">${escapeHtml(family)}</th></tr>`,
		...rows.map(row => rowHtml(row, family, pageOf)),
		'</tbody>',
	].join('\n');
}

function rowHtml(row: MatrixRow, family: string, pageOf: PageOf): string {
	const cells = row.cells.filter(cell => cell !== null);
	const kinds = [...new Set(cells.map(({kind}) => kind))];
	const data = {
		s: row.symbol.toLowerCase(),
		f: family,
		v: kinds.join(' '),
		c: [...new Set(cells.map(causeOf))].join(' ').trim(),
		r: row.routes.join(' '),
		d: kinds.length > 1 ? '1' : '0',
	};
	const attributes = Object.entries(data).map(([key, value]) => `data-${key}="${escapeHtml(value)}"`);
	const page = pageOf(row.symbol);
	const name = `<span class="name">${escapeHtml(row.symbol)}</span>`;
	const routes = row.label === '' || row.label === 'all' ? '' : ` <span class="routes">${escapeHtml(row.label)}</span>`;
	const head = page === undefined ? name : `<a href="#${page}">${name}</a>`;
	return `<tr ${attributes.join(' ')}><th scope="row">${head}${routes}</th>${row.cells.map(cellHtml).join('')}</tr>`;
}

function cellHtml(cell: Cell): string {
	if (cell === null) return '<td class="v"></td>';
	const {glyph} = verdictWords[cell.kind];
	const number = escapeHtml(verdictNumber(cell));
	const bar = cell.kind === 'partial' ? ` bar ${barClass(cell.calls, cell.calls + cell.bypassed)}` : '';
	return `<td class="v ${cell.kind}${bar}" title="${escapeHtml(verdictSentence(cell))}"><span aria-hidden="true">${glyph}</span><span class="sr">${cell.kind}</span> ${number}</td>`;
}

function sweptRow(name: string, builds: readonly (FunctionReport | undefined)[]): string {
	return `<tr data-s="${escapeHtml(name.toLowerCase())}"><th scope="row"><span class="name">${escapeHtml(name)}</span></th>${builds.map(sweptCell).join('')}</tr>`;
}

function sweptCell(swept: FunctionReport | undefined): string {
	const [calls] = swept === undefined ? [] : workloadCalls(swept, 'interpreter');
	if (swept === undefined || swept.references === null || calls === undefined) return '<td class="v"></td>';
	const {preemptible, bound} = swept.references;
	const references = `references: ${grouped(preemptible)} preemptible, ${grouped(bound)} bound`;
	if (calls.bypassed === null) return `<td class="v number" title="${references}">${grouped(calls.honored)} ran</td>`;
	const made = calls.honored + calls.bypassed;
	if (made === 0) return '<td class="v"></td>';
	const title = `${grouped(calls.honored)} of ${counted(made, 'call')} ran the override; ${references}`;
	return `<td class="v bar ${barClass(calls.honored, made)}" title="${title}">${percent(calls.honored, made)}</td>`;
}

function causeOf(verdict: Exclude<Cell, null>): string {
	return verdict.kind === 'bypassed' || verdict.kind === 'partial' ? verdict.because : '';
}

function select(
	name: string,
	label: string,
	values: readonly string[],
	words: Readonly<Record<string, string>>,
): string {
	const options = values.map(
		value => `<option value="${escapeHtml(value)}">${escapeHtml(words[value] ?? value)}</option>`,
	);
	return `<label>${label} <select name="${name}"><option value="">all</option>${options.join('')}</select></label>`;
}
