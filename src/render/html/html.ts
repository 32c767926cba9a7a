/** This file writes a report as one HTML page that needs no network and no other file. */

import type {BenchReport} from '../../model/bench.js';
import type {Held} from '../../model/contract.js';
import type {ToolFate} from '../../model/known-tool.js';
import type {Report, TargetReport} from '../../model/report.js';
import type {CallSites} from '../../model/sample-call-sites.js';
import {escapeHtml} from '../html-text.js';
import {counted, grouped} from '../numbers.js';
import {buildAnswer} from '../report/answer.js';
import {endedSentence, heldHeadline, ruleText, seenWords} from '../report/broken.js';
import {buildNames} from '../report/build-names.js';
import {manyHeadline} from '../report/several-builds.js';
import {buildSection} from './build-section.js';
import {pageData} from './data.js';
import {gainSection} from './gain.js';
import {heatMap, type NamedBuild, worstBuildsFirst} from './heat.js';
import {htmlPage} from './page.js';
import {script} from './script.js';

export interface HtmlOptions {
	/** Call sites by symbol, where they were gathered. */
	readonly callSites?: ReadonlyMap<string, readonly CallSites[]>;
	/** Measured speeds of some of the builds, by their files. */
	readonly measured?: BenchReport | null;
	/** What becomes of the known tools on one build. */
	readonly fatesOn?: (target: TargetReport) => readonly ToolFate[];
}

export function renderHtml(
	report: Report,
	held: Held | null,
	{callSites = new Map(), measured = null, fatesOn = () => []}: HtmlOptions = {},
): string {
	const names = buildNames(report.targets);
	const builds = worstBuildsFirst(
		report.targets.map((target, index) => ({target, name: names[index] ?? target.id, anchor: `build-${index}`})),
	);
	return htmlPage({
		title: 'Which overrides do these builds honor? pyinterpose',
		skip: {to: 'functions', words: 'Skip to the functions'},
		heading: 'Which <code>LD_PRELOAD</code> overrides do these builds honor?',
		nav: [
			['map', 'Map'],
			['builds', 'Builds'],
			['functions', 'Functions'],
		],
		main: [
			`<p class="answer">${escapeHtml(headline(builds))}</p>`,
			...faults(report, held),
			...(builds.length === 0
				? []
				: ['<section aria-labelledby="map">', '<h2 id="map">Map</h2>', heatMap(builds), '</section>']),
			...(measured === null ? [] : gainSection(builds, measured)),
			'<section aria-labelledby="builds">',
			'<h2 id="builds">Builds</h2>',
			...builds.map((build, index) => buildSection(build, fatesOn(build.target), index === 0)),
			'</section>',
			...(builds.length === 0 ? [] : functionsSection(builds)),
		],
		footer: `pyinterpose ${escapeHtml(report.tool.version)} on ${escapeHtml(`${report.host.machine}, ${report.host.libc}, kernel ${report.host.kernel}`)}`,
		data: builds.length > mostBuilds ? 'null' : pageData(builds, callSites),
		script,
	});
}

/** The functions of very many builds would make a page that does not open; they are in the JSON. */
const mostBuilds = 40;

function headline(builds: readonly NamedBuild[]): string {
	const [only] = builds;
	if (only === undefined) return 'No build was tested.';
	return builds.length === 1 ? buildAnswer(only.target) : manyHeadline(builds.map(({target}) => target));
}

const mostBroken = 200;

function faults({failures}: Report, held: Held | null): string[] {
	const untested = failures.map(
		({target, message}) =>
			`<p class="fault">Not tested: <span class="name">${escapeHtml(target)}</span>: ${escapeHtml(message)}</p>`,
	);
	if (held === null) return untested;
	const {broken} = held;
	const ended = held.ended.map(one => `<p class="finding">${escapeHtml(endedSentence(one))}</p>`);
	if (broken.length === 0) return [...untested, `<p class="held">${escapeHtml(heldHeadline(held))}</p>`, ...ended];
	const rows = broken
		.slice(0, mostBroken)
		.map(
			one =>
				`<tr><th scope="row"><span class="name">${escapeHtml(one.claim)}</span></th><td class="name">${escapeHtml(one.target)}</td><td>${escapeHtml(one.expected)}</td><td>${escapeHtml(seenWords(one.seen))}</td><td>${escapeHtml(one.reason)}</td><td class="name">${escapeHtml(ruleText(one))}</td></tr>`,
		);
	const heads = ['Claim', 'Build', 'Expected', 'Seen', 'Reason', 'Rule'].map(head => `<th scope="col">${head}</th>`);
	return [
		...untested,
		'<section aria-labelledby="contract">',
		'<h2 id="contract">Contract</h2>',
		`<p class="${broken.some(({severity}) => severity === 'error') ? 'fault' : 'finding'}">${escapeHtml(heldHeadline(held))}</p>`,
		...ended,
		`<details${broken.length > 12 ? '' : ' open'}><summary>${counted(broken.length, 'claim')}</summary>`,
		'<section class="scroll prose" tabindex="0" aria-label="What of the contract is broken, table">',
		`<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
		'</section>',
		...(broken.length > mostBroken
			? [`<p>and ${grouped(broken.length - mostBroken)} more, which the JSON has.</p>`]
			: []),
		'</details>',
		'</section>',
	];
}

/** Empty until it is opened: the script draws the rows that are asked for. */
function functionsSection(builds: readonly NamedBuild[]): string[] {
	const options = builds.map(({name}, index) => `<option value="${index}">${escapeHtml(name)}</option>`).join('');
	return [
		'<section aria-labelledby="functions">',
		'<h2 id="functions">Functions</h2>',
		'<details id="all"><summary>Every function, by caller, with its calls</summary>',
		'<p class="scriptless">This table needs the page\u2019s own script; <code>pyinterpose check --details</code> and <code>--json</code> have the same.</p>',
		'<form id="filters" class="filters scripted" role="search" aria-label="Filter the functions">',
		'<label>Function <input type="search" name="q" autocomplete="off" spellcheck="false"></label>',
		`<label>Build <select name="build"><option value="">all</option>${options}</select></label>`,
		'<label>Called by <select name="caller"><option value="">all</option></select></label>',
		'<label>Verdict <select name="verdict"><option value="">all</option></select></label>',
		'<label>Sort by <select name="sort"><option value="lost">lost calls</option><option value="calls">all calls</option><option value="name">name</option></select></label>',
		'<button type="submit">Filter</button>',
		'<button type="reset">Clear</button>',
		'<output id="found" class="soft" aria-live="polite"></output>',
		'</form>',
		'<section class="scroll" tabindex="0" aria-label="Functions, table"><table id="table"><thead><tr><th scope="col">function</th><th scope="col">build</th><th scope="col">called by</th><th scope="col">lost</th><th scope="col">ran the override</th><th scope="col">verdict</th></tr></thead><tbody></tbody></table></section>',
		'<button type="button" id="more" hidden>Show more</button>',
		'<section id="one" aria-live="polite"></section>',
		'</details>',
		'</section>',
	];
}
