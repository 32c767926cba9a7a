/** This file writes what a change of build won and lost: one sentence first, who is hit, then groups, worst first. */

import type {BuildComparison, Comparison} from '../../model/comparison.js';
import type {ToolChange} from '../../model/known-tool.js';
import {escapeMarkdown} from '../markdown-text.js';
import {counted, firstOf, grouped} from '../numbers.js';
import {space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';
import {changeSentences} from '../who-is-hit.js';
import {caution, changeGroups, comparisonSentence, unpaired} from './comparison-words.js';

/** What becomes of the known tools from one build to the other. */
export type ToolsOf = (build: BuildComparison) => readonly ToolChange[];

export function renderComparison(
	comparison: Comparison,
	options: TerminalOptions,
	toolsOf: ToolsOf = () => [],
): string {
	const {columns, brush, show} = space(options);
	const blocks = comparison.builds.map(build => [
		...wrap(show(comparisonSentence(build)), columns, '  ').map(brush.bold),
		...changeSentences(toolsOf(build)).flatMap(line => wrap(show(line), columns, '  ')),
		...(caution(build) === '' ? [] : wrap(caution(build), columns, '  ').map(brush.yellow)),
		...changeGroups(build).flatMap(({title, groups}) => [
			'',
			brush.bold(title),
			...groups
				.slice(0, mostGroups)
				.flatMap(({name, members}) => wrap(`- ${show(name)}: ${show(firstOf(members, 6))}`, columns, '  ')),
			...(groups.length > mostGroups
				? [`- and ${counted(groups.length - mostGroups, 'other group')}, which --json has`]
				: []),
		]),
	]);
	const alone = unpaired(comparison).flatMap(line => wrap(show(line), columns, '  '));
	return `${[...blocks, ...(alone.length === 0 ? [] : [alone])].map(lines => lines.join('\n')).join('\n\n')}\n`;
}

const mostGroups = 8;

/** For a change proposal or a comment on a pull request: the sentence and who is hit, the functions folded away. */
export function renderComparisonMarkdown(comparison: Comparison, toolsOf: ToolsOf = () => []): string {
	const blocks = comparison.builds.flatMap(build => [
		`**${escapeMarkdown(comparisonSentence(build))}**`,
		...changeSentences(toolsOf(build)).map(escapeMarkdown),
		...(caution(build) === '' ? [] : [caution(build)]),
		...changeGroups(build).flatMap(({title, groups}) => [
			`### ${title}`,
			groups.map(({name, members}) => `- ${escapeMarkdown(name)}: ${listMarkdown(members)}`).join('\n'),
		]),
	]);
	return `${[...blocks, ...unpaired(comparison).map(escapeMarkdown)].join('\n\n')}\n`;
}

/** GitHub takes comments of at most 65,536 characters. */
const mostListed = 400;

function listMarkdown(members: readonly string[]): string {
	const list = firstOf(members, mostListed).split(', ').map(escapeMarkdown).join(', ');
	return members.length <= 12
		? list
		: `<details><summary>${grouped(members.length)} functions</summary>${list}</details>`;
}
