/** This file shows all that a report says: every function by caller with its counts, the tools, the findings. */

import type {ToolFate} from '../../model/known-tool.js';
import type {Report, TargetReport} from '../../model/report.js';
import {reportedClaims} from '../../model/reported-claims.js';
import {verdictKinds} from '../../model/verdict.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {inlinedWords} from '../inlined-words.js';
import type {Space} from '../space.js';
import {padEnd, widest, wrap} from '../text.js';
import {whoIsHitLines} from '../who-is-hit.js';
import {numbersMean, scopesMean, verdictGlyph, verdictWords} from '../words.js';
import {buildNames} from './build-names.js';
import {letter} from './matrix.js';
import {sweepSentence} from './summary.js';
import {tableLines} from './table.js';

export function detailLines(
	report: Report,
	fatesOn: (target: TargetReport) => readonly ToolFate[],
	terminal: Space,
): readonly (readonly string[])[] {
	const names = buildNames(report.targets);
	return [
		...report.targets.map((target, index) =>
			aboutBuild(target, nameOf(report, names, index), fatesOn(target), terminal),
		),
		...tableLines(report, terminal),
		legend(report, terminal),
	];
}

function nameOf({targets}: Report, names: readonly string[], index: number): string {
	return targets.length > 1 ? `${letter(index)}  ${names[index]}` : (names[index] ?? '');
}

function aboutBuild(
	target: TargetReport,
	name: string,
	fates: readonly ToolFate[],
	terminal: Space,
): readonly string[] {
	const {columns, brush, show} = terminal;
	const totals = workloadTotals(target);
	return [
		...wrap(show(`${name}: ${target.id}, ${target.interpreter.path}`), columns, '  ').map(brush.bold),
		...(totals === null ? [] : wrap(sweepSentence(totals), columns)),
		...wrap(show(sentence(inlinedWords(target.inlined))), columns),
		...(fates.length === 0 ? [] : whoIsHitLines(fates, terminal)),
		...inconclusive(target).flatMap(line => wrap(show(line), columns, '  ').map(brush.yellow)),
		...target.findings.flatMap(({kind, message}) =>
			wrap(`! ${show(message)} [${show(kind)}]`, columns, '  ').map(brush.yellow),
		),
	];
}

function sentence(clause: string): string {
	return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

function inconclusive(target: TargetReport): readonly string[] {
	return reportedClaims(target).flatMap(({id, verdict}) =>
		verdict.kind === 'inconclusive' ? [`? ${id} could not be found out: ${verdict.because}.`] : [],
	);
}

/** Only the kinds that occur. */
function legend({targets}: Report, {columns, brush, unicode}: Space): readonly string[] {
	const seen = new Set(targets.flatMap(target => reportedClaims(target).map(({verdict}) => verdict.kind)));
	if (seen.size === 0) return [];
	const items = verdictKinds.filter(kind => seen.has(kind)).map(kind => legendItem(kind, unicode));
	const numbers = targets.length > 1 ? `${numbersMean} ${scopesMean}` : numbersMean;
	return [...sideBySide(items, columns), ...wrap(numbers, columns)].map(brush.dim);
}

function legendItem(kind: keyof typeof verdictWords, unicode: boolean): string {
	return `${verdictGlyph(kind, unicode)} ${kind}: ${verdictWords[kind].meaning}`;
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
