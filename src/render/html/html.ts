/** This file writes a report as one HTML page that needs no network, no script to be read, and no other file. */

import {createHash} from 'node:crypto';
import type {Held} from '../../model/contract.js';
import {byCodeUnit} from '../../model/order.js';
import type {Report, TargetReport} from '../../model/report.js';
import {curatedClaims} from '../../model/reported-claims.js';
import type {CallSites} from '../../model/sample-call-sites.js';
import {totalsOf} from '../../model/totals.js';
import {type VerdictKind, verdictKinds} from '../../model/verdict.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {barClass, escapeHtml} from '../html-text.js';
import {counted, grouped, percent} from '../numbers.js';
import {heldHeadline, placeText, seenWords} from '../report/broken.js';
import {buildName} from '../report/build-names.js';
import {letter} from '../report/matrix.js';
import {buildHeadline, buildSentence, ownClaims, runHeadline, sweepSentence} from '../report/summary.js';
import {bindingWords, numbersMean, scopesMean, verdictWords} from '../words.js';
import {filtersHtml, matrixHtml, sweepHtml} from './matrix.js';
import {script} from './script.js';
import {style} from './style.js';
import {symbolPages} from './symbols.js';

/** Call sites by symbol, where they were gathered. */
export interface HtmlOptions {
	readonly callSites?: ReadonlyMap<string, readonly CallSites[]>;
}

export function renderHtml(report: Report, held: Held | null, {callSites = new Map()}: HtmlOptions = {}): string {
	const symbols = [...new Set(report.targets.flatMap(target => curatedClaims(target).map(({symbol}) => symbol)))].sort(
		byCodeUnit,
	);
	const pages = new Map(symbols.map((symbol, index) => [symbol, `symbol-${index}`]));
	const several = report.targets.length > 1;
	// The evidence of very many builds would make a page that does not open; it is in the JSON.
	const many = report.targets.length > 40;
	return [
		'<!DOCTYPE html>',
		'<html lang="en">',
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="color-scheme" content="light dark">',
		'<title>Which overrides do these builds honor? pyinterpose</title>',
		`<style>${style}</style>`,
		'</head>',
		'<body>',
		'<a class="skip" href="#overrides">Skip to the overrides</a>',
		'<header>',
		'<h1>Which <code>LD_PRELOAD</code> overrides do these builds honor?</h1>',
		`<p class="answer">${escapeHtml(runHeadline(report))}.</p>`,
		'</header>',
		'<main>',
		...faults(report, held),
		'<section aria-labelledby="builds">',
		'<h2 id="builds">Builds</h2>',
		`<div class="builds">${report.targets.map((target, index) => buildHtml(target, several ? letter(index) : '', report.targets.length > 3)).join('\n')}</div>`,
		'</section>',
		'<section aria-labelledby="overrides">',
		'<h2 id="overrides">Overrides</h2>',
		legend(report),
		`<p class="soft">${numbersMean}${several ? ` ${scopesMean}` : ''}</p>`,
		filtersHtml(report),
		matrixHtml(report, symbol => (many ? undefined : pages.get(symbol))),
		'</section>',
		sweepHtml(report),
		many ? '' : symbolPages(report, pages, callSites),
		'</main>',
		`<footer>pyinterpose ${escapeHtml(report.tool.version)} on ${escapeHtml(`${report.host.machine}, ${report.host.libc}, kernel ${report.host.kernel}`)}</footer>`,
		`<script>${script}</script>`,
		'</body>',
		'</html>',
		'',
	].join('\n');
}

/** Nothing may be loaded, and nothing runs but the script above. */
const policy = [
	"default-src 'none'",
	`style-src '${digest(style)}'`,
	`script-src '${digest(script)}'`,
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

function digest(text: string): string {
	return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function faults({failures}: Report, held: Held | null): string[] {
	const untested = failures.map(
		({target, message}) =>
			`<p class="fault">Not tested: <span class="name">${escapeHtml(target)}</span>: ${escapeHtml(message)}</p>`,
	);
	if (held === null) return untested;
	const {broken} = held;
	if (broken.length === 0) return [...untested, `<p>${escapeHtml(heldHeadline(held))}</p>`];
	const rows = broken.map(
		one =>
			`<tr><th scope="row"><span class="name">${escapeHtml(one.claim)}</span></th><td class="name">${escapeHtml(one.target)}</td><td>${escapeHtml(one.expected)}</td><td>${escapeHtml(seenWords(one.seen))}</td><td>${escapeHtml(one.reason)}</td><td class="name">${one.place === null ? '' : escapeHtml(placeText(one.place))}</td></tr>`,
	);
	const heads = ['Claim', 'Build', 'Expected', 'Seen', 'Reason', 'Rule'].map(head => `<th scope="col">${head}</th>`);
	return [
		...untested,
		'<section aria-labelledby="contract">',
		'<h2 id="contract">Contract</h2>',
		`<p class="fault">${escapeHtml(heldHeadline(held))}</p>`,
		'<section class="scroll prose" tabindex="0" aria-label="What of the contract is broken, table">',
		`<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
		'</section>',
		'</section>',
	];
}

/** `folded` leaves the sentence to be opened: of many builds a reader wants the numbers first. */
function buildHtml(target: TargetReport, mark: string, folded: boolean): string {
	const {interpreter, binding, executable, declared} = target;
	const sweep = workloadTotals(target);
	const totals = totalsOf(ownClaims(curatedClaims(target)));
	const said = [
		`<p>${escapeHtml(buildSentence(target))}</p>`,
		...(sweep === null ? [] : [`<p>${escapeHtml(sweepSentence(sweep))}</p>`]),
	];
	const facts: readonly (readonly [string, string])[] = [
		['Started', executable],
		['Interpreter', interpreter.path],
		['Build-id', interpreter.buildId ?? 'none'],
		['Binding', `${binding.mode}: ${bindingWords[binding.mode]}`],
		[
			'Exports',
			`${counted(binding.functions, 'function')}: ${grouped(binding.preemptible)} preemptible, ${grouped(binding.partial)} partial, ${grouped(binding.bound)} bound, ${grouped(binding.unreferenced)} unreferenced`,
		],
	];
	return [
		'<article class="build">',
		`<h3>${mark === '' ? '' : `<span class="letter">${mark}</span>`}${escapeHtml(buildName(target))}</h3>`,
		`<p class="soft name">${escapeHtml(target.id)}</p>`,
		stack(totals),
		`<p><strong>${escapeHtml(capital(buildHeadline(target)))}.</strong></p>`,
		...(folded ? ['<details><summary>In a sentence</summary>', ...said, '</details>'] : said),
		...(sweep === null || sweep.bypassed === null
			? []
			: [
					`<p class="bar ${barClass(sweep.honored, sweep.honored + sweep.bypassed)}" aria-hidden="true"></p>`,
					`<p class="soft">${percent(sweep.honored, sweep.honored + sweep.bypassed)} of the sweep\u2019s calls ran an override</p>`,
				]),
		...findingsHtml(target, folded),
		'<details><summary>The files</summary>',
		listHtml(facts),
		'</details>',
		...(declared.facts.length === 0
			? []
			: [
					`<details><summary>What the build says of itself (${declared.facts.length})</summary>`,
					listHtml(declared.facts.map(({name, value, source}) => [`${name} (${source})`, value])),
					'</details>',
				]),
		'</article>',
	].join('\n');
}

/** Several findings of one of many builds are folded. */
function findingsHtml({findings}: TargetReport, folded: boolean): string[] {
	const lines = findings.map(
		({kind, message}) =>
			`<p class="finding">${escapeHtml(message)} <span class="soft">(${escapeHtml(kind)})</span></p>`,
	);
	if (!folded || lines.length < 2) return lines;
	return [`<details><summary>${lines.length} findings</summary>`, ...lines, '</details>'];
}

function listHtml(facts: readonly (readonly [string, string])[]): string {
	return `<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd class="name">${escapeHtml(value)}</dd>`).join('')}</dl>`;
}

/** The verdicts of a build as one bar, best at the left. */
function stack(totals: Readonly<Record<VerdictKind, number>>): string {
	const all = verdictKinds.reduce((sum, kind) => sum + totals[kind], 0);
	const parts = [...verdictKinds].reverse().filter(kind => totals[kind] > 0);
	const label = parts.map(kind => `${grouped(totals[kind])} ${kind}`).join(', ');
	const spans = parts.map(kind => `<span class="${kind} ${barClass(totals[kind], all)}"></span>`);
	return `<div class="stack" role="img" aria-label="${label === '' ? 'no claim' : label}">${spans.join('')}</div>`;
}

function legend({targets}: Report): string {
	const seen = new Set(targets.flatMap(target => curatedClaims(target).map(({verdict}) => verdict.kind)));
	const items = verdictKinds
		.filter(kind => seen.has(kind))
		.map(
			kind =>
				`<li class="${kind}"><span aria-hidden="true">${verdictWords[kind].glyph}</span> <strong>${kind}</strong>: ${verdictWords[kind].meaning}</li>`,
		);
	return items.length === 0 ? '' : `<ul class="legend">${items.join('')}</ul>`;
}

function capital(clause: string): string {
	return clause.slice(0, 1).toUpperCase() + clause.slice(1);
}
