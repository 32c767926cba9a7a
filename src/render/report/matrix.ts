/** This file arranges a report's claims as a table: families and symbols down, builds or routes across. */

import {families, type Route, routes} from '../../model/claim.js';
import {byCodeUnit, rank, worst} from '../../model/order.js';
import type {Report, TargetReport} from '../../model/report.js';
import {type ClaimReport, curatedClaims} from '../../model/reported-claims.js';
import type {Verdict} from '../../model/verdict.js';
import {nameRoutes, routeLabels} from '../scope.js';

/** One cell; null where the build was not asked for this claim. */
export type Cell = Verdict | null;

export interface MatrixRow {
	readonly symbol: string;
	/** The routes that the row stands for, in the model's order. */
	readonly routes: readonly Route[];
	/** `all`, `inside`, … ; empty where routes run across. */
	readonly label: string;
	readonly cells: readonly Cell[];
}

export interface MatrixGroup {
	readonly family: string;
	readonly rows: readonly MatrixRow[];
}

/** Which claims a table shows: those that a probe makes, or all. */
export type ClaimsOf = (target: TargetReport) => readonly ClaimReport[];

/** One build with its routes across; several builds side by side. */
export function matrixOf(
	report: Report,
	claimsOf: ClaimsOf = curatedClaims,
): {readonly heads: readonly string[]; readonly groups: readonly MatrixGroup[]} {
	const [only] = report.targets;
	if (only !== undefined && report.targets.length === 1) {
		const {columns, groups} = routesAcross(only, claimsOf);
		return {heads: columns.map(route => routeLabels[route]), groups};
	}
	return {heads: report.targets.map((_, index) => letter(index)), groups: buildsAcross(report, claimsOf)};
}

/** A build's letter, as the matrix's columns and the sentences name it: A … Z, AA … . */
export function letter(index: number): string {
	const last = String.fromCharCode(65 + (index % 26));
	return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}

/** One build: symbols down, routes across, worst first within a family. */
export function routesAcross(
	target: TargetReport,
	claimsOf: ClaimsOf,
): {
	readonly columns: readonly Route[];
	readonly groups: readonly MatrixGroup[];
} {
	const columns = routes.filter(route => claimsOf(target).some(claim => claim.route === route));
	const groups = grouped([target], claimsOf).map(({family, symbols}) => ({
		family,
		rows: symbols
			.map(({symbol, byRoute}) => ({
				symbol,
				routes: [...byRoute.keys()],
				label: '',
				cells: columns.map(route => byRoute.get(route)?.[0] ?? null),
			}))
			.sort(worstFirst),
	}));
	return {columns, groups};
}

/** Several builds: symbols down, builds across; routes of a symbol that fare alike on every build share a row. */
export function buildsAcross({targets}: Report, claimsOf: ClaimsOf): readonly MatrixGroup[] {
	return grouped(targets, claimsOf).map(({family, symbols}) => ({
		family,
		rows: symbols
			.map(entry => alike(entry).sort(worstFirst))
			.sort((a, b) => worstFirst(a[0] as MatrixRow, b[0] as MatrixRow))
			.flat(),
	}));
}

interface SymbolEntry {
	readonly symbol: string;
	/** For each route, in the model's order, one cell for each target. */
	readonly byRoute: ReadonlyMap<Route, readonly Cell[]>;
}

function grouped(targets: readonly TargetReport[], claimsOf: ClaimsOf): {family: string; symbols: SymbolEntry[]}[] {
	const table = new Map<string, Map<string, Map<Route, Cell[]>>>();
	targets.forEach((target, index) => {
		for (const {family, symbol, route, verdict} of claimsOf(target)) {
			const symbols = entry(table, family, () => new Map<string, Map<Route, Cell[]>>());
			const byRoute = entry(symbols, symbol, () => new Map<Route, Cell[]>());
			entry(byRoute, route, () => targets.map((): Cell => null))[index] = verdict;
		}
	});
	return [...table]
		.sort(([a], [b]) => familyOrder(a) - familyOrder(b) || byCodeUnit(a, b))
		.map(([family, symbols]) => ({
			family,
			symbols: [...symbols].map(([symbol, byRoute]) => ({symbol, byRoute: inModelOrder(byRoute)})),
		}));
}

function alike({symbol, byRoute}: SymbolEntry): MatrixRow[] {
	const all = [...byRoute.keys()];
	const groups: {routes: Route[]; cells: readonly Cell[]}[] = [];
	// Fullest first: a route that some builds do not have joins those that it fares alike with where it is.
	const ordered = [...byRoute].sort(([, a], [, b]) => missing(a) - missing(b));
	for (const [route, cells] of ordered) {
		const group = groups.find(other => other.cells.every((cell, index) => agree(cell, cells[index] ?? null)));
		if (group === undefined) groups.push({routes: [route], cells});
		else {
			group.routes.push(route);
			group.cells = group.cells.map((cell, index) => add(cell, cells[index] ?? null));
		}
	}
	return groups.map(group => {
		const some = all.filter(route => group.routes.includes(route));
		return {symbol, routes: some, label: nameRoutes(some, all), cells: group.cells};
	});
}

function missing(cells: readonly Cell[]): number {
	return cells.filter(cell => cell === null).length;
}

/** A build that was not asked agrees with everything. */
function agree(a: Cell, b: Cell): boolean {
	return a === null || b === null || signature(a) === signature(b);
}

function signature(cell: Verdict): string {
	return cell.kind === 'bypassed' || cell.kind === 'partial' ? `${cell.kind}:${cell.because}` : cell.kind;
}

/** Adds up the counts of cells that agree. */
function add(a: Cell, b: Cell): Cell {
	if (a === null || b === null) return a ?? b;
	if (a.kind === 'honored' && b.kind === 'honored') return {...a, calls: a.calls + b.calls};
	if (a.kind === 'partial' && b.kind === 'partial') {
		return {...a, calls: a.calls + b.calls, bypassed: a.bypassed + b.bypassed};
	}
	if (a.kind === 'bypassed' && b.kind === 'bypassed') {
		return {...a, bypassed: a.bypassed === null || b.bypassed === null ? null : a.bypassed + b.bypassed};
	}
	return a;
}

/** By the worst cell, then by how many cells are as bad, then by name. */
function worstFirst(a: MatrixRow, b: MatrixRow): number {
	const [m, n] = [badness(a), badness(b)];
	return m.rank - n.rank || n.count - m.count || byCodeUnit(a.symbol, b.symbol) || byCodeUnit(a.label, b.label);
}

function badness({cells}: MatrixRow): {rank: number; count: number} {
	const known = cells.filter(cell => cell !== null);
	const kind = worst(known)?.kind;
	if (kind === undefined) return {rank: Number.MAX_SAFE_INTEGER, count: 0};
	return {rank: rank[kind], count: known.filter(cell => cell.kind === kind).length};
}

function familyOrder(family: string): number {
	const index = (families as readonly string[]).indexOf(family);
	return index < 0 ? families.length : index;
}

function inModelOrder<V>(byRoute: ReadonlyMap<Route, V>): Map<Route, V> {
	return new Map([...byRoute].sort(([a], [b]) => routes.indexOf(a) - routes.indexOf(b)));
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	const found = map.get(key) ?? make();
	map.set(key, found);
	return found;
}
