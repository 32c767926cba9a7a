/** This file lays the matrix out for a terminal of any width, with as much of the numbers as fits. */

import type {Report, TargetReport} from '../../model/report.js';
import {reportedClaims} from '../../model/reported-claims.js';
import {compact, grouped} from '../numbers.js';
import {routeLabels} from '../scope.js';
import type {Space} from '../space.js';
import {padEnd, shorten, widest} from '../text.js';
import {verdictGlyph, verdictNumber} from '../words.js';
import {buildsAcross, type Cell, letter, type MatrixGroup, type MatrixRow, routesAcross} from './matrix.js';

/** Blocks of lines; one for each family, more where the builds do not fit side by side. */
export function tableLines(report: Report, space: Space): string[][] {
	const [only] = report.targets;
	if (only !== undefined && report.targets.length === 1) return oneBuild(only, space);
	return severalBuilds(report, space);
}

/** How a cell is written; the fullest that fits is taken. */
type Density = (cell: Cell, unicode: boolean) => string;

const densities: readonly Density[] = [
	(cell, unicode) => written(cell, unicode, ' ', grouped),
	(cell, unicode) => written(cell, unicode, ' ', compact),
	(cell, unicode) => written(cell, unicode, '', compact),
	(cell, unicode) => written(cell, unicode, '', () => ''),
];

interface Layout {
	readonly heads: readonly string[];
	readonly groups: readonly MatrixGroup[];
	readonly nameWidth: number;
	readonly labelWidth: number;
	readonly cellWidths: readonly number[];
	readonly density: Density;
}

/** Each family with the routes that it has, so that more of the numbers fits. */
function oneBuild(target: TargetReport, space: Space): string[][] {
	const {columns, groups} = routesAcross(target, reportedClaims);
	const nameWidth = nameWidthOf(groups, space);
	return groups.flatMap(group => {
		const used = columns.map((_, column) => group.rows.some(({cells}) => cells[column] !== null));
		const keep = <T>(items: readonly T[]) => items.filter((_, column) => used[column]);
		const rows = group.rows.map(row => ({...row, cells: keep(row.cells)}));
		const heads = keep(columns).map(route => routeLabels[route]);
		return blocks(layOut(heads, [{family: group.family, rows}], nameWidth, space), space);
	});
}

/** As many builds side by side as fit with their numbers; then the same rows for the next builds. */
function severalBuilds(report: Report, space: Space): string[][] {
	const heads = report.targets.map((_, index) => letter(index));
	const groups = buildsAcross(report, reportedClaims);
	const nameWidth = nameWidthOf(groups, space);
	const left = nameWidth + labelWidthOf(groups) + 2;
	const across = Math.max(1, Math.floor((space.columns - left) / 7));
	return Array.from({length: Math.ceil(heads.length / across)}, (_, block) => {
		const [from, to] = [block * across, (block + 1) * across];
		const part = groups.map(({family, rows}) => ({
			family,
			rows: rows.map(row => ({...row, cells: row.cells.slice(from, to)})),
		}));
		return blocks(layOut(heads.slice(from, to), part, nameWidth, space), space);
	}).flat();
}

function layOut(heads: readonly string[], groups: readonly MatrixGroup[], nameWidth: number, space: Space): Layout {
	const labelWidth = labelWidthOf(groups);
	const layouts = densities.map((density): Layout => {
		const cellWidths = heads.map((head, column) =>
			widest([
				head,
				...groups.flatMap(({rows}) => rows.map(({cells}) => density(cells[column] ?? null, space.unicode))),
			]),
		);
		return {heads, groups, nameWidth, labelWidth, cellWidths, density};
	});
	return layouts.find(layout => totalWidth(layout) <= space.columns) ?? squeeze(layouts.at(-1) as Layout, space);
}

/** The last resort: short heads, and names cut to what is left. */
function squeeze(layout: Layout, space: Space): Layout {
	const heads = layout.heads.map(head => shortHeads.get(head) ?? head);
	const narrow = {...layout, heads, cellWidths: heads.map(head => widest([head]))};
	const excess = Math.max(0, totalWidth(narrow) - space.columns);
	return {...narrow, nameWidth: Math.max(12, layout.nameWidth - excess)};
}

const shortHeads: ReadonlyMap<string, string> = new Map([
	['table', 'ptr'],
	['deepbind', 'deep'],
	['library', 'lib'],
	['dlsym', 'dl'],
]);

function totalWidth({nameWidth, labelWidth, cellWidths}: Layout): number {
	return nameWidth + (labelWidth === 0 ? 0 : labelWidth + 1) + cellWidths.reduce((sum, cell) => sum + cell + 2, 0);
}

function blocks(layout: Layout, space: Space): string[][] {
	return layout.groups.map(({family, rows}) => [
		headLine(family, layout, space),
		...rows.map((row, index) => rowLine(row, rows[index - 1], layout, space)),
	]);
}

function headLine(
	family: string,
	{heads, nameWidth, labelWidth, cellWidths}: Layout,
	{brush, show, ellipsis}: Space,
): string {
	const left = padEnd(shorten(show(family), nameWidth, ellipsis), nameWidth + (labelWidth === 0 ? 0 : labelWidth + 1));
	return (
		brush.bold(left) +
		brush.dim(
			heads
				.map((head, column) => `  ${padEnd(head, cellWidths[column] ?? 0)}`)
				.join('')
				.trimEnd(),
		)
	);
}

/** A symbol's second and further rows leave its name out. */
function rowLine(
	row: MatrixRow,
	above: MatrixRow | undefined,
	layout: Layout,
	{brush, unicode, show, ellipsis}: Space,
): string {
	const {nameWidth, labelWidth, cellWidths, density} = layout;
	const name = above?.symbol === row.symbol ? '' : shorten(show(row.symbol), nameWidth - 1, ellipsis);
	const label = labelWidth === 0 ? '' : ` ${padEnd(row.label, labelWidth)}`;
	const cells = row.cells.map((cell, column) => {
		const text = padEnd(density(cell, unicode), cellWidths[column] ?? 0);
		return `  ${cell === null ? text : brush.verdict(cell.kind, text)}`;
	});
	return (padEnd(` ${name}`, nameWidth) + brush.dim(label) + cells.join('')).trimEnd();
}

/** Names get what they need, up to half of the terminal or 24 cells. */
function nameWidthOf(groups: readonly MatrixGroup[], {columns, show}: Space): number {
	const longest = widest(
		groups.flatMap(({family, rows}) => [family, ...rows.map(({symbol}) => ` ${symbol}`)].map(show)),
	);
	return Math.min(longest, Math.max(24, Math.floor(columns / 2)));
}

function labelWidthOf(groups: readonly MatrixGroup[]): number {
	return widest(groups.flatMap(({rows}) => rows.map(({label}) => label)));
}

function written(cell: Cell, unicode: boolean, gap: string, write: (count: number) => string): string {
	if (cell === null) return '';
	const number = verdictNumber(cell, write);
	return verdictGlyph(cell.kind, unicode) + (number === '' || write(1) === '' ? '' : gap + number);
}
