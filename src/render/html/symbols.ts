/** This file writes a section for each symbol: every verdict in words, what the sweep saw, and the call sites. */

import type {FunctionReport, Report, TargetReport} from '../../model/report.js';
import {type ClaimReport, curatedClaims} from '../../model/reported-claims.js';
import type {CallSites, SampleSite} from '../../model/sample-call-sites.js';
import {workloadCalls} from '../../model/workload-totals.js';
import {escapeHtml} from '../html-text.js';
import {counted, grouped} from '../numbers.js';
import {buildName} from '../report/build-names.js';
import {letter} from '../report/matrix.js';
import {routeWords, verdictSentence, verdictWords} from '../words.js';

export function symbolPages(
	{targets}: Report,
	pages: ReadonlyMap<string, string>,
	callSites: ReadonlyMap<string, readonly CallSites[]>,
): string {
	if (pages.size === 0) return '';
	const tables = targets.map(tableOf);
	const swept = targets.map(({functions}) => new Map(functions.map(one => [one.symbol, one])));
	const sections = [...pages].map(([symbol, id]) =>
		[
			`<details class="symbol" id="${id}" data-s="${escapeHtml(symbol.toLowerCase())}">`,
			`<summary><span class="name">${escapeHtml(symbol)}</span></summary>`,
			'<table><thead><tr><th scope="col">Build</th><th scope="col">Calls</th><th scope="col">Verdict</th></tr></thead><tbody>',
			...tables.flatMap((table, index) => table.get(symbol)?.map(row => evidenceRow(row, targets, index)) ?? []),
			'</tbody></table>',
			...swept.flatMap((symbols, index) => sweptText(symbols.get(symbol), targets, index)),
			...explanation(symbol, targets, callSites.get(symbol) ?? []),
			'</details>',
		].join('\n'),
	);
	return `<section aria-labelledby="symbols">\n<h2 id="symbols">Symbols</h2>\n${sections.join('\n')}\n</section>`;
}

function tableOf(target: TargetReport): Map<string, ClaimReport[]> {
	const table = new Map<string, ClaimReport[]>();
	for (const claim of curatedClaims(target)) {
		const rows = table.get(claim.symbol);
		if (rows === undefined) table.set(claim.symbol, [claim]);
		else rows.push(claim);
	}
	return table;
}

function evidenceRow({route, verdict}: ClaimReport, targets: readonly TargetReport[], index: number): string {
	const {glyph} = verdictWords[verdict.kind];
	return `<tr><td>${nameOf(targets, index)}</td><td>${escapeHtml(routeWords[route])}</td><td class="${verdict.kind}"><span aria-hidden="true">${glyph}</span> ${verdict.kind}: ${escapeHtml(verdictSentence(verdict))}.</td></tr>`;
}

function sweptText(swept: FunctionReport | undefined, targets: readonly TargetReport[], index: number): string[] {
	if (swept === undefined || swept.references === null) return [];
	const callers = workloadCalls(swept)
		.filter(({honored, bypassed}) => honored > 0 || (bypassed ?? 0) > 0)
		.map(({caller, honored, bypassed}) =>
			bypassed === null
				? `${grouped(honored)} from ${caller} ran it`
				: `${grouped(honored)} of ${grouped(honored + bypassed)} from ${caller} ran it`,
		);
	const {preemptible, bound} = swept.references;
	const references = `${counted(preemptible, 'reference')} from inside that an override can reach, ${grouped(bound)} that none can`;
	return [`<p>${nameOf(targets, index)}, swept: ${escapeHtml([...callers, references].join(', '))}.</p>`];
}

/** A call site of each sort where they were gathered, and the command that shows all. */
function explanation(symbol: string, targets: readonly TargetReport[], sites: readonly CallSites[]): string[] {
	const commands = [...new Set(targets.map(({interpreter}) => interpreter.path))].map(
		path => `<p class="soft">More: <code>${escapeHtml(`pyinterpose explain ${symbol} ${path}`)}</code></p>`,
	);
	return [...sites.flatMap(sitesHtml), ...commands];
}

function sitesHtml({path, preemptible, bound, samples}: CallSites): string[] {
	const total = `${counted(preemptible + bound, 'call')} in <code>${escapeHtml(path)}</code>, ${grouped(preemptible)} of which an override can reach`;
	return [`<p>${total}.</p>`, ...samples.map(sampleHtml)];
}

function sampleHtml({at, preemptible, inside, code}: SampleSite): string {
	const head = `${inside ?? hex(at)}: ${preemptible ? 'an override is found' : 'bound, no override is found'}`;
	const lines = code.map(({address, text}) => `${address === at ? '&gt; ' : '  '}${hex(address)}  ${escapeHtml(text)}`);
	return `<pre tabindex="0">${escapeHtml(head)}\n${lines.join('\n')}</pre>`;
}

function hex(address: number): string {
	return `0x${address.toString(16)}`;
}

function nameOf(targets: readonly TargetReport[], index: number): string {
	const target = targets[index];
	if (target === undefined) return '';
	const mark = targets.length > 1 ? `<span class="letter">${letter(index)}</span>` : '';
	return mark + escapeHtml(buildName(target));
}
