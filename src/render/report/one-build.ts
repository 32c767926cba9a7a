/** This file shows one build in at most twelve lines of 80 columns: what works, what does not, why, who is hit, what to do. */

import {groupBy} from '../../model/group-by.js';
import type {ToolFate} from '../../model/known-tool.js';
import type {TargetReport} from '../../model/report.js';
import {counted, firstOf, grouped} from '../numbers.js';
import type {Space} from '../space.js';
import {hang, padEnd, shorten, widest, wrap} from '../text.js';
import {hitSentence} from '../who-is-hit.js';
import {remedies, shortCauses, verdictGlyph} from '../words.js';
import {buildAnswer, kindWords} from './answer.js';
import {nextCommands} from './next-commands.js';
import {causesOf, countOf, type FunctionFate, functionKinds, type Standing, standingsOf} from './standing.js';

export interface OneBuild {
	readonly target: TargetReport;
	/** What becomes of the known tools; empty where nobody asked. */
	readonly fates: readonly ToolFate[];
}

const mostLines = 12;

/** The fullest of several layouts that fits; the shortest where none does. */
export function oneBuildLines(build: OneBuild, space: Space): readonly string[] {
	let lines: readonly string[] = [];
	for (const layout of layouts) {
		lines = linesOf(build, layout, space);
		if (lines.length <= mostLines) break;
	}
	return lines;
}

interface Layout {
	/** How many functions or tools a line names before it counts. */
	readonly named: number;
	/** One cause for each no, on one line. */
	readonly terse: boolean;
	/** How many commands are suggested. */
	readonly commands: number;
}

/** The first that fits is taken: names go first, then commands, then all causes but one. */
const layouts: readonly Layout[] = [false, true].flatMap(terse =>
	[4, 3, 2, 1].flatMap(commands => [8, 4, 2, 0].map(named => ({named, terse, commands}))),
);

function linesOf({target, fates}: OneBuild, {named, terse, commands}: Layout, space: Space): readonly string[] {
	const {columns, brush, show} = space;
	const remedy = remedyOf(target);
	const tools = hitSentence(fates, Math.max(2, named));
	return [
		...wrap(show(buildAnswer(target, terse)), columns).map(brush.bold),
		...standingTable(target, terse, space),
		...(named === 0 ? [] : wrap(show(oddFunctions(target, named)), columns, '  ')).filter(line => line !== ''),
		...buildReasons(target).flatMap(text => hang(show(text), columns, '? ').map(brush.yellow)),
		...(tools === '' ? [] : wrap(show(tools), columns, '  ')),
		...(remedy === null ? [] : wrap(show(`To get them back: ${remedy}.`), columns, '  ')),
		...nextCommands(target)
			.slice(0, commands)
			.map((command, index) => `${index === 0 ? 'Next: ' : '      '}${show(command)}`),
	];
}

/** Callers down, kinds of function across, why not at the end. */
function standingTable(
	target: TargetReport,
	terse: boolean,
	{columns, brush, show, unicode, ellipsis}: Space,
): string[] {
	const rows = standingsOf(target);
	if (rows.length === 0) return [];
	const kinds = functionKinds.filter((_, kind) =>
		rows.some(({standings}) => (standings[kind]?.functions.length ?? 0) > 0),
	);
	const heads = ['called by', ...kinds.map(kind => kindWords[kind])];
	const table = rows.map(({caller, standings}) => {
		const own = standings.filter(({kind}) => kinds.includes(kind));
		return {caller, own, cells: own.map(standing => standingCell(standing, unicode)), why: whyNot(own, terse)};
	});
	const widths = heads.map((head, column) =>
		widest([head, ...table.map(({caller, cells}) => (column === 0 ? caller : (cells[column - 1] ?? '')))]),
	);
	const left = widths.reduce((sum, cells) => sum + cells + 2, 0);
	const called = show(calledWords(target));
	const head = heads.map((text, column) => padEnd(text, widths[column] ?? 0)).join('  ');
	return [
		...(left + called.length <= columns
			? [brush.dim(`${head}  ${called}`.trimEnd())]
			: [brush.dim(head.trimEnd()), ...wrap(called, columns, '  ').map(brush.dim)]),
		...table.flatMap(({caller, own, cells, why}) => {
			const painted = cells.map((cell, column) => {
				const standing = own[column];
				const text = padEnd(cell, widths[column + 1] ?? 0);
				return standing === undefined || cell === '' ? text : brush.verdict(comesTo(standing), text);
			});
			const start = [padEnd(caller, widths[0] ?? 0), ...painted].join('  ');
			if (why === '') return [start.trimEnd()];
			// On a narrow terminal what is said of a row stands below it.
			const room = columns - left;
			if (room < 20) return [start.trimEnd(), ...hang(show(why), columns, '  ')];
			const [first = '', ...more] = terse ? [shorten(show(why), room, ellipsis)] : wrap(show(why), room);
			return [`${start}  ${first}`, ...more.map(line => `${' '.repeat(left)}${line}`)];
		}),
	];
}

/** `✗ 0 of 1,060`; empty where the caller calls no such function. */
export function standingCell(standing: Standing, unicode: boolean): string {
	const {functions} = standing;
	if (functions.length === 0) return '';
	return `${verdictGlyph(comesTo(standing), unicode)} ${grouped(countOf(standing, 'works'))} of ${grouped(functions.length)}`;
}

/** What a row of functions comes to, for its glyph and colour. */
export function comesTo(standing: Standing): 'honored' | 'partial' | 'bypassed' | 'inconclusive' {
	const {functions} = standing;
	const [works, lost, partly] = (['works', 'lost', 'partly'] as const).map(fate => countOf(standing, fate));
	if (works === functions.length) return 'honored';
	if (works === 0 && lost === 0 && partly === 0) return 'inconclusive';
	return works === 0 && (lost ?? 0) > 0 ? 'bypassed' : 'partial';
}

/** How many do not work throughout, and the cause. */
export function whyNot(standings: readonly Standing[], terse: boolean): string {
	return standings
		.flatMap(standing => {
			const {functions} = standing;
			const [lost, partly, unknown] = (['lost', 'partly', 'unknown'] as const).map(fate => countOf(standing, fate));
			const odd = functions.filter(({fate}) => fate === 'lost' || fate === 'partly');
			const parts = [
				why(odd),
				...(partly === 0 || (terse && (lost ?? 0) > 0) ? [] : [`${grouped(partly ?? 0)} in part`]),
				...(unknown === 0 ? [] : [`${grouped(unknown ?? 0)} not known`]),
			];
			return (lost ?? 0) + (partly ?? 0) + (unknown ?? 0) === 0 ? [] : [parts.filter(part => part !== '').join('; ')];
		})
		.join('; ');
}

function why(functions: readonly FunctionFate[]): string {
	const causes = causesOf(functions).filter(cause => cause !== 'unknown');
	return (
		causes
			.slice(0, 2)
			.map(cause => shortCauses[cause])
			.join(', ') + (causes.length > 2 ? ' and others' : '')
	);
}

/** By name where they are one to eight: `All but PyMem_Free, PyObject_Free (extension).` */
export function oddFunctions(target: TargetReport, named: number): string {
	const rows = standingsOf(target).flatMap(({caller, standings}) => {
		// Of a kind that is lost throughout, none is odd, however well the other kind fares.
		const odd = standings.flatMap(({functions}) => {
			const others = functions.filter(({fate}) => fate !== 'works');
			return others.length < functions.length ? others : [];
		});
		return odd.length === 0 || odd.length > mostOdd ? [] : [{caller, odd: odd.map(({symbol}) => symbol)}];
	});
	if (rows.length === 0) return '';
	return `All but ${rows.map(({caller, odd}) => `${firstOf(odd, named)} (${caller})`).join(', ')}.`;
}

const mostOdd = 8;

/** What was called is told apart from what is only predicted. */
function calledWords(target: TargetReport): string {
	const inside = standingsOf(target).find(({caller}) => caller === 'interpreter')?.standings[0];
	if (inside === undefined || inside.functions.length === 0) return '';
	const predicted = inside.functions.filter(one => one.predicted).length;
	const called = `${grouped(inside.functions.length - predicted)} called`;
	return predicted === 0 ? called : `${called}, ${grouped(predicted)} predicted`;
}

/** Why something could not be found out: each reason once, the most frequent first. */
export function buildReasons(target: TargetReport): readonly string[] {
	const unknown = target.functions.flatMap(({symbol, calls}) =>
		calls.flatMap(({caller, verdict}) =>
			verdict.kind === 'inconclusive' ? [{id: `${symbol}/${caller}`, because: verdict.because}] : [],
		),
	);
	const sorted = [...groupBy(unknown, ({because}) => because)].sort(([, a], [, b]) => b.length - a.length);
	const shown = sorted.slice(0, mostReasons).map(([because, some]) => {
		const [first] = some;
		const which = some.length === 1 ? first?.id : `${first?.id} and ${counted(some.length - 1, 'other')}`;
		return `Not found out: ${which}: ${because}.`;
	});
	return sorted.length > mostReasons
		? [...shown, `${counted(sorted.length - mostReasons, 'other reason')}: see --details.`]
		: shown;
}

const mostReasons = 3;

/** For the cause of most losses. */
export function remedyOf(target: TargetReport): string | null {
	const lost = standingsOf(target).flatMap(({standings}) =>
		standings.flatMap(({functions}) => functions.filter(({fate}) => fate === 'lost')),
	);
	const [cause] = causesOf(lost);
	return cause === undefined ? null : remedies[cause];
}
