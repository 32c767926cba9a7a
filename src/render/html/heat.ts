/** This file draws the heat map: builds down, worst first, topics across, each cell the share of functions whose override works. */

import type {TargetReport} from '../../model/report.js';
import {escapeHtml} from '../html-text.js';
import {grouped} from '../numbers.js';
import {byVersion} from '../report/build-names.js';
import {callerRows, countOf, type Standing, standingOf} from '../report/standing.js';
import {libcTopic, topicOf, topicsOf} from './topics.js';

export interface NamedBuild {
	readonly target: TargetReport;
	readonly name: string;
	readonly anchor: string;
}

export function heatMap(builds: readonly NamedBuild[]): string {
	const topics = topicsOf(builds.map(({target}) => target));
	const heads = topics.map(topic => `<th scope="col"><span>${escapeHtml(topic)}</span></th>`).join('');
	const rows = builds.map(({target, name, anchor}) => {
		const cells = cellsOf(target, topics).map((cell, index) => cellHtml(cell, topics[index] ?? ''));
		return `<tr><th scope="row"><a href="#${anchor}">${escapeHtml(name)}</a></th>${cells.join('')}</tr>`;
	});
	return [
		'<section class="scroll" tabindex="0" aria-label="Builds by topic, table">',
		'<table class="heat"><caption>Functions whose LD_PRELOAD override works for every caller, of those that are called</caption>',
		`<thead><tr><th scope="col">build</th>${heads}</tr></thead><tbody>`,
		...rows,
		'</tbody></table></section>',
	].join('\n');
}

interface Cell {
	readonly works: number;
	readonly all: number;
}

function cellsOf(target: TargetReport, topics: readonly string[]): readonly Cell[] {
	const cells = new Map(topics.map(topic => [topic, {works: 0, all: 0}]));
	const add = (standing: Standing, own: boolean) => {
		for (const {symbol, fate} of standing.functions) {
			const cell = cells.get(topicOf(symbol, own, topics));
			if (cell === undefined) continue;
			cell.all += 1;
			if (fate === 'works') cell.works += 1;
		}
	};
	add(standingOf(target, 'python', callerRows), true);
	if (topics.includes(libcTopic)) add(standingOf(target, 'libc', callerRows), false);
	return topics.map(topic => cells.get(topic) ?? {works: 0, all: 0});
}

function cellHtml({works, all}: Cell, topic: string): string {
	if (all === 0) return '<td class="h"></td>';
	const level = works === all ? 4 : works === 0 ? 0 : works / all >= 0.9 ? 3 : works / all >= 0.5 ? 2 : 1;
	const text = `${grouped(works)} of ${grouped(all)}`;
	return `<td class="h h${level}" title="${escapeHtml(`${topic}: ${text}`)}">${text}</td>`;
}

/** Share of functions that work, whoever calls. */
export function worstBuildsFirst(builds: readonly NamedBuild[]): readonly NamedBuild[] {
	const share = ({target}: NamedBuild) => {
		const standing = standingOf(target, 'python', callerRows);
		return standing.functions.length === 0
			? 1
			: Math.round((100 * countOf(standing, 'works')) / standing.functions.length);
	};
	return [...builds]
		.map(build => ({build, share: share(build)}))
		.sort((a, b) => a.share - b.share || byVersion(a.build.target, b.build.target))
		.map(({build}) => build);
}
