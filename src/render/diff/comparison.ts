/** This file writes what a change of build won and lost: one sentence first, then groups, worst first. */

import type {Comparison} from '../../model/comparison.js';
import {escapeMarkdown} from '../markdown-text.js';
import {grouped} from '../numbers.js';
import {space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';
import {caution, changeGroups, comparisonSentence, unpaired} from './comparison-words.js';

export function renderComparison(comparison: Comparison, options: TerminalOptions): string {
	const {columns, brush, show} = space(options);
	const blocks = comparison.builds.map(build => [
		...wrap(show(comparisonSentence(build)), columns, '  ').map(brush.bold),
		...(caution(build) === '' ? [] : wrap(caution(build), columns, '  ').map(brush.yellow)),
		...changeGroups(build).flatMap(({title, groups}, index) => [
			...(index === 0 || groups.length > 0 ? [''] : []),
			brush.bold(title),
			...groups.flatMap(({name, members}) => wrap(`- ${show(name)}: ${show(shortList(members, 12))}`, columns, '  ')),
		]),
	]);
	const alone = unpaired(comparison).flatMap(line => wrap(show(line), columns, '  '));
	return `${[...blocks, ...(alone.length === 0 ? [] : [alone])].map(lines => lines.join('\n')).join('\n\n')}\n`;
}

/** For a change proposal or a pull request: the sentence, then one table for each sort of change. */
export function renderComparisonMarkdown(comparison: Comparison): string {
	const blocks = comparison.builds.flatMap(build => [
		`**${escapeMarkdown(comparisonSentence(build))}**`,
		...(caution(build) === '' ? [] : [caution(build)]),
		...changeGroups(build).flatMap(({title, groups}) => [
			`### ${title}`,
			groups.map(({name, members}) => `- ${escapeMarkdown(name)}: ${listMarkdown(members)}`).join('\n'),
		]),
	]);
	return `${[...blocks, ...unpaired(comparison).map(escapeMarkdown)].join('\n\n')}\n`;
}

function shortList(items: readonly string[], most: number): string {
	const shown = items.slice(0, most).join(', ');
	return items.length <= most ? shown : `${shown} and ${grouped(items.length - most)} more`;
}

function listMarkdown(members: readonly string[]): string {
	const list = members.map(escapeMarkdown).join(', ');
	return members.length <= 12
		? list
		: `<details><summary>${grouped(members.length)} symbols</summary>${list}</details>`;
}
