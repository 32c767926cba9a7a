/** This file writes a report as Markdown, for a pull request, a change proposal or a job's summary page. */

import type {Held} from '../../model/contract.js';
import type {ToolFate} from '../../model/known-tool.js';
import type {Report, TargetReport} from '../../model/report.js';
import {curatedClaims} from '../../model/reported-claims.js';
import {type VerdictKind, verdictKinds} from '../../model/verdict.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {code, escapeMarkdown, table} from '../markdown-text.js';
import {hitSentence} from '../who-is-hit.js';
import {numbersMean, scopesMean, verdictNumber, verdictWords} from '../words.js';
import {buildAnswer, kindWords} from './answer.js';
import {endedSentence, heldHeadline, ruleText, seenWords} from './broken.js';
import {buildNames} from './build-names.js';
import {type Cell, matrixOf} from './matrix.js';
import {buildReasons, oddFunctions, remedyOf, standingCell, whyNot} from './one-build.js';
import {manyHeadline} from './several-builds.js';
import {functionKinds, standingsOf} from './standing.js';
import {sweepSentence} from './summary.js';

export function renderMarkdown(
	report: Report,
	held: Held | null = null,
	fatesOn: (target: TargetReport) => readonly ToolFate[] = () => [],
): string {
	const names = buildNames(report.targets);
	const blocks = [
		'# Which overrides do these builds honor?',
		`**${escapeMarkdown(headline(report))}**`,
		...(held === null ? [] : [contract(held)]),
		...report.failures.map(({target, message}) => `Not tested: ${escapeMarkdown(target)}: ${escapeMarkdown(message)}`),
		...report.targets.map((target, index) => aboutBuild(target, names[index] ?? target.id, report, fatesOn(target))),
		...matrix(report),
	];
	return `${blocks.join('\n\n')}\n`;
}

function contract(held: Held): string {
	const {broken, ended} = held;
	const rows = broken.map(one => [
		code(one.claim),
		...[one.target, one.expected, seenWords(one.seen), one.reason, ruleText(one)].map(escapeMarkdown),
	]);
	return [
		`## ${escapeMarkdown(heldHeadline(held))}`,
		...ended.map(one => escapeMarkdown(endedSentence(one))),
		...(rows.length === 0 ? [] : [table(['Claim', 'Build', 'Expected', 'Seen', 'Reason', 'Rule'], rows)]),
	].join('\n\n');
}

function aboutBuild(target: TargetReport, name: string, {targets}: Report, fates: readonly ToolFate[]): string {
	const remedy = remedyOf(target);
	const odd = oddFunctions(target, 8);
	const tools = hitSentence(fates, 6);
	return [
		`## ${escapeMarkdown(name)}`,
		...(targets.length > 1 ? [escapeMarkdown(buildAnswer(target))] : []),
		standingTable(target),
		...[odd, ...buildReasons(target), tools, remedy === null ? '' : `To get them back: ${remedy}.`]
			.filter(text => text !== '')
			.map(escapeMarkdown),
		...sweepSentences(target),
		...(target.findings.length === 0 ? [] : [findings(target)]),
	]
		.filter(block => block !== '')
		.join('\n\n');
}

function standingTable(target: TargetReport): string {
	const rows = standingsOf(target).map(({caller, standings}) => [
		caller,
		...standings.map(standing => standingCell(standing, true)),
		escapeMarkdown(whyNot(standings, false)),
	]);
	return rows.length === 0 ? '' : table(['called by', ...functionKinds.map(kind => kindWords[kind]), 'why not'], rows);
}

function sweepSentences(target: TargetReport): string[] {
	const totals = workloadTotals(target);
	return totals === null ? [] : [sweepSentence(totals)];
}

function findings({findings}: TargetReport): string {
	return findings.map(({kind, message}) => `- ${escapeMarkdown(message)} (${escapeMarkdown(kind)})`).join('\n');
}

/** A long matrix is folded away; what a reader needs first stands above it. */
function matrix(report: Report): string[] {
	const {heads, groups} = matrixOf(report);
	if (groups.length === 0) return [];
	const tables = groups.map(({family, rows}) =>
		table(
			[family, ...heads],
			rows.map(({symbol, label, cells}) => [
				`${code(symbol)}${label === '' || label === 'all' ? '' : ` ${label}`}`,
				...cells.map(cellText),
			]),
		),
	);
	const long = groups.reduce((sum, {rows}) => sum + rows.length, 0) > 40;
	const body = [legend(report), ...tables];
	return long ? ['<details><summary>All overrides</summary>', ...body, '</details>'] : body;
}

function cellText(cell: Cell): string {
	if (cell === null) return '';
	return `${verdictWords[cell.kind].glyph} ${escapeMarkdown(verdictNumber(cell))}`.trimEnd();
}

function legend({targets}: Report): string {
	const seen = new Set<VerdictKind>(targets.flatMap(target => curatedClaims(target).map(({verdict}) => verdict.kind)));
	const items = verdictKinds
		.filter(kind => seen.has(kind))
		.map(kind => `${verdictWords[kind].glyph} ${kind}: ${verdictWords[kind].meaning}`);
	return `${items.join(' · ')}. ${numbersMean}${targets.length > 1 ? ` ${scopesMean}` : ''}`;
}

function headline({targets}: Report): string {
	const [only] = targets;
	if (only === undefined) return 'No build was tested.';
	return targets.length === 1 ? buildAnswer(only) : manyHeadline(targets);
}
