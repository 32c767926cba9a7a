/** This file draws lost calls as a treemap: one rectangle for each topic, as large as its calls that passed the overrides by. */

import {byCodeUnit} from '../../model/order.js';
import type {TargetReport} from '../../model/report.js';
import {escapeHtml} from '../html-text.js';
import {compact, counted, grouped} from '../numbers.js';
import {prefixOf} from './topics.js';

export function lostTreemap(target: TargetReport): string {
	const lost = lostByTopic(target);
	const all = lost.reduce((sum, {calls}) => sum + calls, 0);
	if (all === 0) return '';
	const rectangles = layOut(lost, {x: 0, y: 0, width: 360, height: 170});
	return [
		`<svg class="picture treemap" viewBox="0 0 360 170" role="img" aria-label="${escapeHtml(`${counted(all, 'call')} lost, by topic: ${lost.map(({topic, calls}) => `${topic} ${grouped(calls)}`).join(', ')}.`)}">`,
		...rectangles.map(({topic, calls, x, y, width, height}) => {
			const box = `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width - 1))}" height="${round(Math.max(0, height - 1))}" class="box past"><title>${escapeHtml(`${topic}: ${counted(calls, 'call')} lost`)}</title></rect>`;
			if (width < topic.length * 6.4 + 8 || height < 15) return box;
			const number =
				height < 30 ? '' : `<text x="${round(x + 4)}" y="${round(y + 25)}" class="small">${compact(calls)}</text>`;
			return `${box}<text x="${round(x + 4)}" y="${round(y + 12)}">${escapeHtml(topic)}</text>${number}`;
		}),
		'</svg>',
	].join('');
}

interface Lost {
	readonly topic: string;
	readonly calls: number;
}

interface Area {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

const most = 15;

function lostByTopic({functions}: TargetReport): readonly Lost[] {
	const counts = new Map<string, number>();
	for (const {symbol, definedBy, calls} of functions) {
		const lost = calls.reduce((sum, {caller, bypassed}) => sum + (caller === 'deepbind' ? 0 : (bypassed ?? 0)), 0);
		const topic = definedBy === 'interpreter' ? prefixOf(symbol) : 'libc';
		if (lost > 0) counts.set(topic, (counts.get(topic) ?? 0) + lost);
	}
	const sorted = [...counts]
		.map(([topic, calls]) => ({topic, calls}))
		.sort((a, b) => b.calls - a.calls || byCodeUnit(a.topic, b.topic));
	const rest = sorted.slice(most).reduce((sum, {calls}) => sum + calls, 0);
	return rest === 0 ? sorted : [...sorted.slice(0, most), {topic: 'other', calls: rest}];
}

/** Halves of about the same weight, along the longer side, again and again. */
function layOut(items: readonly Lost[], area: Area): readonly (Lost & Area)[] {
	const [only] = items;
	if (only === undefined) return [];
	if (items.length === 1) return [{...only, ...area}];
	const all = items.reduce((sum, {calls}) => sum + calls, 0);
	let [at, half] = [1, only.calls];
	while (at < items.length - 1 && half + (items[at]?.calls ?? 0) <= all / 2) half += items[at++]?.calls ?? 0;
	const share = half / all;
	const {x, y, width, height} = area;
	const [one, other] =
		width >= height
			? [
					{x, y, width: width * share, height},
					{x: x + width * share, y, width: width * (1 - share), height},
				]
			: [
					{x, y, width, height: height * share},
					{x, y: y + height * share, width, height: height * (1 - share)},
				];
	return [...layOut(items.slice(0, at), one), ...layOut(items.slice(at), other)];
}

function round(number: number): number {
	return Math.round(number * 10) / 10;
}
