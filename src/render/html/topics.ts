/** This file groups functions by what they are about, as their names say: `PyUnicode`, `PyErr`, …; the smaller ones together. */

import {byCodeUnit} from '../../model/order.js';
import type {TargetReport} from '../../model/report.js';

const mostTopics = 12;

const otherTopic = 'other';
export const libcTopic = 'libc';

/** The largest first, then `other` and `libc`. */
export function topicsOf(targets: readonly TargetReport[]): readonly string[] {
	const symbols = new Set(targets.flatMap(({functions}) => functions.filter(isOwn).map(({symbol}) => symbol)));
	const counts = new Map<string, number>();
	for (const symbol of symbols) counts.set(prefixOf(symbol), (counts.get(prefixOf(symbol)) ?? 0) + 1);
	const sorted = [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b)).map(([topic]) => topic);
	return [...sorted.slice(0, mostTopics), ...(sorted.length > mostTopics ? [otherTopic] : []), libcTopic];
}

export function topicOf(symbol: string, own: boolean, topics: readonly string[]): string {
	if (!own) return libcTopic;
	return topics.includes(prefixOf(symbol)) ? prefixOf(symbol) : otherTopic;
}

export function prefixOf(symbol: string): string {
	return /^_?(Py[A-Z]*[a-z]*)/.exec(symbol)?.[1] ?? otherTopic;
}

function isOwn({definedBy}: TargetReport['functions'][number]): boolean {
	return definedBy === 'interpreter';
}
