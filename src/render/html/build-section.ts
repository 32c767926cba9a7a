/** This file writes what the page says of one build: the answer, the table by caller, the two pictures, who is hit, the files. */

import type {ToolFate} from '../../model/known-tool.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {escapeHtml} from '../html-text.js';
import {counted, grouped} from '../numbers.js';
import {buildAnswer, kindWords} from '../report/answer.js';
import {buildReasons, comesTo, oddFunctions, remedyOf, standingCell, whyNot} from '../report/one-build.js';
import {callerRows, functionKinds, standingOf, standingsOf} from '../report/standing.js';
import {sweepSentence} from '../report/summary.js';
import {fateSentence} from '../who-is-hit.js';
import {bindingWords} from '../words.js';
import type {NamedBuild} from './heat.js';
import {callsPicture} from './picture.js';
import {lostTreemap} from './treemap.js';

export function buildSection({target, name, anchor}: NamedBuild, fates: readonly ToolFate[], open: boolean): string {
	const totals = workloadTotals(target);
	const remedy = remedyOf(target);
	const odd = oddFunctions(target, 8);
	const [calls, lost] = [callsPicture(target), lostTreemap(target)];
	return [
		`<details class="build" id="${anchor}"${open ? ' open' : ''}>`,
		`<summary><h3>${escapeHtml(name)}</h3> <span class="soft">${glance(target)}</span></summary>`,
		`<p class="answer">${escapeHtml(buildAnswer(target))}</p>`,
		standingHtml(target, name),
		...(odd === '' ? [] : [`<p>${escapeHtml(odd)}</p>`]),
		...buildReasons(target).map(reason => `<p class="finding">${escapeHtml(reason)}</p>`),
		...(remedy === null ? [] : [`<p><strong>To get them back:</strong> ${escapeHtml(remedy)}.</p>`]),
		...(calls + lost === ''
			? []
			: [
					'<div class="pictures">',
					figure(calls, 'Who calls what: calls that ran an override, and calls past it'),
					figure(lost, 'Lost calls by topic'),
					'</div>',
				]),
		...toolsHtml(fates),
		...findingsHtml(target),
		'<details><summary>The files, and what the build says of itself</summary>',
		totals === null ? '' : `<p>${escapeHtml(sweepSentence(totals))}</p>`,
		listHtml([
			['Id', target.id],
			['Started', target.executable],
			['Interpreter', target.interpreter.path],
			['Build-id', target.interpreter.buildId ?? 'none'],
			['Binding', `${target.binding.mode}: ${bindingWords[target.binding.mode]}`],
			[
				'Exports',
				`${counted(target.binding.functions, 'function')}: ${grouped(target.binding.preemptible)} preemptible, ${grouped(target.binding.partial)} partial, ${grouped(target.binding.bound)} bound, ${grouped(target.binding.unreferenced)} unreferenced`,
			],
			...target.declared.facts.map(({name, value, source}) => [`${name} (${source})`, value] as const),
		]),
		'</details>',
		'</details>',
	]
		.filter(part => part !== '')
		.join('\n');
}

/** What a closed section says: of how many functions an override works, whoever calls. */
function glance(target: NamedBuild['target']): string {
	const standing = standingOf(target, 'python', callerRows);
	return standing.functions.length === 0 ? '' : `${standingCell(standing, true)} functions`;
}

function figure(picture: string, caption: string): string {
	return picture === '' ? '' : `<figure>${picture}<figcaption>${caption}</figcaption></figure>`;
}

function standingHtml(target: NamedBuild['target'], name: string): string {
	const rows = standingsOf(target);
	if (rows.length === 0) return '';
	const kinds = functionKinds.filter((_, kind) =>
		rows.some(({standings}) => (standings[kind]?.functions.length ?? 0) > 0),
	);
	return [
		`<section class="scroll" tabindex="0" aria-label="By caller on ${escapeHtml(name)}, table"><table><thead><tr><th scope="col">called by</th>`,
		...kinds.map(kind => `<th scope="col">${escapeHtml(kindWords[kind])}</th>`),
		'<th scope="col">why not</th></tr></thead><tbody>',
		...rows.map(({caller, standings}) => {
			const own = standings.filter(({kind}) => kinds.includes(kind));
			const cells = own.map(standing =>
				standing.functions.length === 0
					? '<td></td>'
					: `<td class="v ${comesTo(standing)}">${standingCell(standing, true)}</td>`,
			);
			return `<tr><th scope="row">${caller}</th>${cells.join('')}<td>${escapeHtml(whyNot(own, false))}</td></tr>`;
		}),
		'</tbody></table></section>',
	].join('');
}

function toolsHtml(fates: readonly ToolFate[]): string[] {
	const hit = fates.filter(({outcome}) => outcome === 'loses' || outcome === 'partly');
	const kept = fates.filter(({outcome}) => outcome === 'keeps').length;
	if (hit.length + kept === 0) return [];
	const list = hit.map(fate => `<li>${escapeHtml(fateSentence(fate))}</li>`).join('');
	return [
		`<p><strong>Who is hit, of ${counted(hit.length + kept, 'known tool')}:</strong>${hit.length === 0 ? ' none.' : ''}</p>`,
		...(hit.length === 0 ? [] : [`<ul>${list}</ul>`]),
	];
}

function findingsHtml({findings}: NamedBuild['target']): string[] {
	const lines = findings.map(
		({kind, message}) =>
			`<p class="finding">${escapeHtml(message)} <span class="soft">(${escapeHtml(kind)})</span></p>`,
	);
	return lines.length === 0
		? []
		: [`<details><summary>${counted(lines.length, 'note')}</summary>`, ...lines, '</details>'];
}

function listHtml(facts: readonly (readonly [string, string])[]): string {
	return `<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd class="name">${escapeHtml(value)}</dd>`).join('')}</dl>`;
}
