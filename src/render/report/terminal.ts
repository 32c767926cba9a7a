/** This file writes a report for a terminal: the answer, the matrix, a sentence for each build, findings, failures. */

import {rank, worst} from '../../model/order.js';
import type {Report, TargetReport} from '../../model/report.js';
import {curatedClaims} from '../../model/reported-claims.js';
import {verdictKinds} from '../../model/verdict.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {padEnd, widest, wrap} from '../text.js';
import {numbersMean, scopesMean, verdictWords} from '../words.js';
import {letter} from './matrix.js';
import {buildHeadline, buildSentence, ownClaims, runHeadline, sweepSentence} from './summary.js';
import {tableLines} from './table.js';

export function renderTerminal(report: Report, options: TerminalOptions): string {
	const terminal = space(options);
	const sections = [
		answer(report, terminal),
		...tableLines(report, terminal),
		legend(report, terminal),
		...report.targets.map((target, index) => aboutBuild(target, index, report, terminal)),
		failures(report, terminal),
	].filter(lines => lines.length > 0);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

/** Worst build first. */
function answer(report: Report, {columns, brush, show}: Space): string[] {
	const rows = report.targets
		.map((target, index) => ({target, index, badness: badness(target)}))
		.sort((a, b) => a.badness - b.badness || lost(b.target) - lost(a.target) || a.index - b.index);
	return [
		...wrap(`${runHeadline(report)}.`, columns, '  ').map(brush.bold),
		...rows.flatMap(({target, index}) =>
			wrap(`${letterOf(index, report)}${show(target.id)} ${buildHeadline(target)}.`, columns, '   '),
		),
	];
}

function badness(target: TargetReport): number {
	const verdict = worst(ownClaims(curatedClaims(target)).map(({verdict}) => verdict));
	return verdict === undefined ? verdictKinds.length : rank[verdict.kind];
}

function lost(target: TargetReport): number {
	return ownClaims(curatedClaims(target)).filter(({verdict}) => verdict.kind === 'bypassed').length;
}

/** Only the kinds that occur. */
function legend({targets}: Report, {columns, brush, unicode}: Space): string[] {
	const seen = new Set(targets.flatMap(target => curatedClaims(target).map(({verdict}) => verdict.kind)));
	if (seen.size === 0) return [];
	const items = verdictKinds.filter(kind => seen.has(kind)).map(kind => legendItem(kind, unicode));
	const numbers = targets.length > 1 ? `${numbersMean} ${scopesMean}` : numbersMean;
	return [...sideBySide(items, columns), ...wrap(numbers, columns)].map(brush.dim);
}

function legendItem(kind: keyof typeof verdictWords, unicode: boolean): string {
	const {glyph, ascii, meaning} = verdictWords[kind];
	return `${unicode ? glyph : ascii} ${kind}: ${meaning}`;
}

function sideBySide(items: readonly string[], columns: number): string[] {
	const cell = widest(items) + 3;
	const across = Math.max(1, Math.floor((columns + 3) / cell));
	return Array.from({length: Math.ceil(items.length / across)}, (_, row) =>
		items
			.slice(row * across, (row + 1) * across)
			.map(item => padEnd(item, cell))
			.join('')
			.trimEnd(),
	).flatMap(line => (across === 1 ? wrap(line, columns, '  ') : [line]));
}

function aboutBuild(target: TargetReport, index: number, report: Report, {columns, brush, show}: Space): string[] {
	return [
		brush.bold(letterOf(index, report) + show(target.id)),
		...wrap(show(buildSentence(target)), columns),
		...sweepLines(target, columns),
		...target.findings.flatMap(({kind, message}) =>
			wrap(`! ${show(message)} [${show(kind)}]`, columns, '  ').map(brush.yellow),
		),
	];
}

function sweepLines(target: TargetReport, columns: number): string[] {
	const totals = workloadTotals(target);
	return totals === null ? [] : wrap(sweepSentence(totals), columns);
}

function failures({failures}: Report, {columns, brush, show}: Space): string[] {
	return failures.flatMap(({target, message}) =>
		wrap(`Not tested: ${show(target)}: ${show(message)}`, columns, '  ').map(brush.red),
	);
}

/** The matrix names several builds by letter. */
function letterOf(index: number, {targets}: Report): string {
	return targets.length > 1 ? `${letter(index)}  ` : '';
}
