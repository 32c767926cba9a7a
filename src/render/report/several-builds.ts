/** This file shows several builds in at most forty lines: one line each, worst first, then the functions in which they differ. */

import {byCodeUnit} from '../../model/order.js';
import type {TargetReport} from '../../model/report.js';
import {counted, grouped} from '../numbers.js';
import type {Space} from '../space.js';
import {padEnd, shorten, widest, wrap} from '../text.js';
import {kindWords} from './answer.js';
import {buildNames, byVersion} from './build-names.js';
import {comesTo, standingCell} from './one-build.js';
import {callerRows, causesOf, countOf, type Fate, otherCallers, type Standing, standingOf} from './standing.js';

const mostLines = 40;

export function severalBuildsLines(targets: readonly TargetReport[], space: Space): readonly string[] {
	const builds = worstFirst(targets);
	const head = [
		...wrap(manyHeadline(targets), space.columns, '  ').map(space.brush.bold),
		...buildTable(builds, space),
	];
	return [...head, ...differenceLines(builds, Math.max(6, mostLines - head.length - 2), space)];
}

interface Build {
	readonly target: TargetReport;
	readonly name: string;
	/** The interpreter's own calls of Python's functions, those of others, and all of libc's. */
	readonly standings: readonly [inside: Standing, outside: Standing, libc: Standing];
}

/** By what share of the functions is lost, the interpreter's calls first. */
function worstFirst(targets: readonly TargetReport[]): readonly Build[] {
	const names = buildNames(targets);
	return targets
		.map(
			(target, index): Build => ({
				target,
				name: names[index] ?? target.id,
				standings: [
					standingOf(target, 'python', ['interpreter']),
					standingOf(target, 'python', otherCallers),
					standingOf(target, 'libc', callerRows),
				],
			}),
		)
		.sort(
			(a, b) =>
				shares(a, 0) - shares(b, 0) ||
				shares(a, 1) - shares(b, 1) ||
				shares(a, 2) - shares(b, 2) ||
				byVersion(a.target, b.target),
		);
}

/** To a hundredth: two functions of a thousand tell no build from another. */
function shares({standings}: Build, which: 0 | 1 | 2): number {
	const standing = standings[which];
	if (standing.functions.length === 0) return 1;
	return Math.round((100 * countOf(standing, 'works')) / standing.functions.length) / 100;
}

/** `11 builds, worst first: LD_PRELOAD overrides of Python's C API work for none of its functions on 1, …` */
export function manyHeadline(targets: readonly TargetReport[]): string {
	const builds = worstFirst(targets);
	const [inside, outside] = [0, 1] as const;
	const nearly = (build: Build, share: number) => shares(build, inside) === share && shares(build, outside) === share;
	const all = builds.filter(build => nearly(build, 1)).length;
	const none = builds.filter(build => nearly(build, 0)).length;
	const some = builds.length - all - none;
	const exactly = builds.every(
		build =>
			!nearly(build, 1) ||
			build.standings.slice(0, 2).every(standing => countOf(standing, 'works') === standing.functions.length),
	);
	const parts = [
		...(none > 0 ? [`for none of the functions on ${grouped(none)}`] : []),
		...(some > 0 ? [`for some of them on ${grouped(some)}`] : []),
		...(all > 0 ? [`for ${exactly ? 'all' : '99% or more'} of them on ${grouped(all)}`] : []),
	];
	return `${counted(builds.length, 'build')}, worst first. LD_PRELOAD overrides of Python's C API work ${parts.join(', ')}.`;
}

function buildTable(builds: readonly Build[], {columns, brush, show, unicode, ellipsis}: Space): string[] {
	const heads = ['build', 'interpreter', 'others', kindWords.libc];
	const rows = builds.map(build => ({
		build,
		cells: [
			shorten(show(build.name), Math.max(12, Math.floor(columns / 3)), ellipsis),
			...build.standings.map(standing => standingCell(standing, unicode)),
		],
	}));
	const widths = heads.map((head, column) => widest([head, ...rows.map(({cells}) => cells[column] ?? '')]));
	const left = widths.reduce((sum, cells) => sum + cells + 2, 0);
	return [
		brush.dim(
			heads
				.map((head, column) => padEnd(head, widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		),
		...rows.map(({build, cells}) => {
			const painted = cells.map((cell, column) => {
				const text = padEnd(cell, widths[column] ?? 0);
				const standing = column === 0 ? undefined : build.standings[column - 1];
				return standing === undefined || cell === '' ? text : brush.verdict(comesTo(standing), text);
			});
			const room = columns - left;
			const why = room < 12 ? '' : shorten(whyLost(build), room, ellipsis);
			return `${painted.join('  ')}  ${why}`.trimEnd();
		}),
	];
}

function whyLost({standings}: Build): string {
	const [cause] = causesOf(standings.flatMap(({functions}) => functions.filter(({fate}) => fate !== 'works')));
	return cause === undefined || cause === 'unknown' ? '' : cause;
}

interface Difference {
	readonly caller: string;
	/** The builds on which it does not work throughout, with how. */
	readonly where: string;
	/** Those that people know first. */
	readonly symbols: readonly string[];
}

/** Functions that fare differently; those that fare alike on every build share a row. A build without such a call agrees with all. */
function differencesOf(builds: readonly Build[]): readonly Difference[] {
	const groups = new Map<string, Difference>();
	const curated = new Set<string>();
	const columns = ['interpreter', 'others', 'libc'] as const;
	columns.forEach((caller, column) => {
		const bySymbol = new Map<string, (Fate | null)[]>();
		builds.forEach(({standings}, index) => {
			for (const {symbol, known, fate} of standings[column]?.functions ?? []) {
				if (known) curated.add(symbol);
				const fates = bySymbol.get(symbol) ?? builds.map(() => null);
				fates[index] = fate;
				bySymbol.set(symbol, fates);
			}
		});
		for (const [symbol, fates] of bySymbol) {
			if (new Set(fates.filter(fate => fate !== null)).size < 2) continue;
			const where = whereText(fates, builds);
			const key = `${caller}\0${where}`;
			const group = groups.get(key);
			if (group === undefined) groups.set(key, {caller, where, symbols: [symbol]});
			else groups.set(key, {...group, symbols: [...group.symbols, symbol]});
		}
	});
	return [...groups.values()]
		.map(group => ({
			...group,
			symbols: [...group.symbols].sort((a, b) => Number(curated.has(b)) - Number(curated.has(a))),
		}))
		.sort((a, b) => b.symbols.length - a.symbols.length || byCodeUnit(a.where, b.where));
}

/** `lost on 3.11 static, 3.11 shared; in part on the others`. */
function whereText(fates: readonly (Fate | null)[], builds: readonly Build[]): string {
	const kinds = (['lost', 'partly', 'unknown'] as const).filter(kind => fates.includes(kind));
	const whole = !fates.includes('works');
	const largest = [...kinds].sort((a, b) => many(fates, b) - many(fates, a))[0];
	return kinds
		.map(kind => {
			// "The others" are all builds that make such a call and are not named.
			if (whole && kind === largest && kinds.length > 1 && many(fates, kind) > 2)
				return `${fateWords[kind]} on the others`;
			const names = builds.filter((_, index) => fates[index] === kind).map(({name}) => name);
			return `${fateWords[kind]} on ${names.length > 4 ? `${names.length} builds` : names.join(', ')}`;
		})
		.join('; ');
}

function many(fates: readonly (Fate | null)[], kind: Fate): number {
	return fates.filter(fate => fate === kind).length;
}

const fateWords = {lost: 'lost', partly: 'in part', unknown: 'not known'} as const;

function differenceLines(builds: readonly Build[], room: number, {columns, brush, show}: Space): string[] {
	const all = differencesOf(builds);
	if (all.length === 0) return [];
	const lines: string[] = [];
	let shown = 0;
	for (const {caller, where, symbols} of all) {
		const names = `${symbols.slice(0, 3).join(', ')}${symbols.length > 3 ? `, … ${grouped(symbols.length - 3)} more` : ''}`;
		const text = `${callerWords[caller as keyof typeof callerWords]}: ${where}: ${names}`;
		const block = wrap(show(text), columns - 2, '  ').map(line => `  ${line}`);
		if (lines.length + block.length > room - 2) break;
		lines.push(...block);
		shown += 1;
	}
	const rest = all.slice(shown).reduce((sum, {symbols}) => sum + symbols.length, 0);
	return [
		brush.bold('Where they differ'),
		...lines,
		...(rest === 0 ? [] : [brush.dim(`  and ${counted(rest, 'function')} in other ways: --details shows all`)]),
	];
}

const callerWords = {interpreter: 'interpreter calls', others: 'others call', libc: 'libc'} as const;
