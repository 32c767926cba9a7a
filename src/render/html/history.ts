/** This file writes a history as one HTML page: for each build what it lost and gained, report by report. */

import type {History, HistoryFunction, HistoryLine, HistoryStep} from '../../model/history.js';
import {changeSentence, historySentence, stepComesTo, worksOf} from '../history/history-words.js';
import {escapeHtml} from '../html-text.js';
import {counted, grouped} from '../numbers.js';
import {briefCauses, verdictGlyph} from '../words.js';
import {historyScript} from './history-script.js';
import {htmlPage} from './page.js';

export function renderHistoryHtml(history: History): string {
	const {lines, reports} = history;
	return htmlPage({
		title: 'What did these builds lose and gain? pyinterpose',
		skip: {to: 'builds', words: 'Skip to the builds'},
		heading: 'Which <code>LD_PRELOAD</code> overrides did these builds lose and gain?',
		nav: lines.slice(0, mostLinks).map(({name}, at) => [`line-${at}`, escapeHtml(name)]),
		main: [
			`<p class="answer">${escapeHtml(historySentence(history))}</p>`,
			...(lines.length === 0 ? [] : filters(lines)),
			'<section id="builds" aria-label="Builds">',
			...lines.map(lineSection),
			'</section>',
		],
		footer: `${counted(reports.length, 'report')}: ${reports.map(escapeHtml).join(', ')}`,
		script: historyScript,
	});
}

const mostLinks = 8;

function filters(lines: readonly HistoryLine[]): string[] {
	const options = lines.map(({name}, at) => `<option value="${at}">${escapeHtml(name)}</option>`).join('');
	return [
		'<form id="filters" class="filters scripted" role="search" aria-label="Filter the reports">',
		'<label>Function <input type="search" name="q" autocomplete="off" spellcheck="false"></label>',
		`<label>Build <select name="build"><option value="">all</option>${options}</select></label>`,
		'<label>Change <select name="change"><option value="">all</option><option value="lost">lost</option><option value="gained">gained</option></select></label>',
		'<button type="submit">Filter</button>',
		'<button type="reset">Clear</button>',
		'<output id="found" class="soft" aria-live="polite"></output>',
		'</form>',
	];
}

function lineSection(line: HistoryLine, at: number): string {
	const heads = ['report', 'version', 'build-id', 'overrides work for', 'since the report before'];
	return [
		`<section class="build line" data-line="${at}" aria-labelledby="line-${at}">`,
		`<h2 id="line-${at}">${escapeHtml(line.name)}</h2>`,
		picture(line),
		`<section class="scroll prose" tabindex="0" aria-label="${escapeHtml(line.name)} by report, table"><table>`,
		`<thead><tr>${heads.map(head => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>`,
		...line.steps.map(stepRow),
		'</tbody></table></section>',
		'</section>',
	]
		.filter(part => part !== '')
		.join('\n');
}

function stepRow(step: HistoryStep): string {
	const kind = stepComesTo(step);
	return [
		`<tr><th scope="row"><span class="name">${escapeHtml(step.report)}</span></th>`,
		`<td>${escapeHtml(step.version)}</td><td class="name">${escapeHtml(step.buildId?.slice(0, 8) ?? 'none')}</td>`,
		`<td class="v ${kind}">${verdictGlyph(kind, true)} ${worksOf(step)}</td>`,
		`<td>${changes(step)}</td></tr>`,
	].join('');
}

function changes({since}: HistoryStep): string {
	if (since === null || since.lost.length + since.gained.length === 0) return escapeHtml(changeSentence(since));
	return (['lost', 'gained'] as const)
		.filter(which => since[which].length > 0)
		.map(which => functionList(which, since[which]))
		.join('');
}

/** Names stand in a list of their own: the script shows those that are searched for. */
function functionList(which: 'lost' | 'gained', some: readonly HistoryFunction[]): string {
	const names = some.slice(0, mostNamed).map(functionText).join(', ');
	const rest = some.length > mostNamed ? `<p>and ${grouped(some.length - mostNamed)} more, which the JSON has</p>` : '';
	return `<details class="${which}"><summary>${which} ${counted(some.length, 'function')}</summary><p class="names">${escapeHtml(names)}</p>${rest}</details>`;
}

const mostNamed = 2000;

/** `PyErr_Clear (interpreter: -Bsymbolic-functions)`. No comma, which separates functions. */
function functionText({symbol, callers, because}: HistoryFunction): string {
	const why = because === null || because === 'unknown' ? '' : `: ${briefCauses[because].replaceAll(', ', ' ')}`;
	return `${symbol} (${callers.join(' and ')}${why})`;
}

/** A bar up for what was gained, down for what was lost, a report beside the next. */
function picture({name, steps}: HistoryLine): string {
	const shown = steps.slice(-mostBars);
	const counts = shown.map(({report, since}) => ({
		report,
		lost: since?.lost.length ?? 0,
		gained: since?.gained.length ?? 0,
	}));
	const most = Math.max(...counts.flatMap(({lost, gained}) => [lost, gained]));
	if (most === 0) return '';
	const label = counts
		.filter(({lost, gained}) => lost + gained > 0)
		.map(({report, lost, gained}) => `${report}: ${grouped(lost)} lost, ${grouped(gained)} gained`)
		.join('; ');
	const step = Math.min(40, figureWidth / counts.length);
	const bars = counts.flatMap(({report, lost, gained}, at) => [
		bar(at, step, gained / most, 'into', `${report}: ${counted(gained, 'function')} gained`),
		bar(at, step, -lost / most, 'past', `${report}: ${counted(lost, 'function')} lost`),
	]);
	return `<figure><svg class="picture" viewBox="0 0 ${figureWidth} ${2 * half + 20}" role="img" aria-label="${escapeHtml(`${name}. ${label}.`)}">${bars.join('')}<path d="M0 ${half + 10}H${figureWidth}" class="arrow axis"/></svg><figcaption>Functions gained (up) and lost (down), from report to report</figcaption></figure>`;
}

const figureWidth = 360;
const half = 40;
const mostBars = 60;

/** The root of its share, so that one function beside a thousand is still seen. */
function bar(at: number, step: number, share: number, kind: 'into' | 'past', title: string): string {
	if (share === 0) return '';
	const height = Math.max(3, Math.round(half * Math.sqrt(Math.abs(share))));
	const y = share > 0 ? half + 10 - height : half + 10;
	return `<rect x="${Math.round(at * step) + 1}" y="${y}" width="${Math.round(step * 0.7)}" height="${height}" class="box ${kind}"><title>${escapeHtml(title)}</title></rect>`;
}
