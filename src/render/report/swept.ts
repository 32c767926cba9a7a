/** This file shows the sweep of one program: the figure first, then the busiest functions. */

import {byCodeUnit} from '../../model/order.js';
import type {Finding, FunctionReport} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {libcTotals, workloadCalls, workloadTotals} from '../../model/workload-totals.js';
import {counted, grouped, percent} from '../numbers.js';
import {wrap} from '../text.js';
import {libcSentence, sweepSentence} from './summary.js';

export interface SweptPage {
	readonly columns: number;
	/** How many functions are shown. */
	readonly most: number;
}

export function renderSwept(
	functions: readonly FunctionReport[],
	findings: readonly Finding[],
	{columns, most}: SweptPage,
): string {
	const totals = workloadTotals({functions});
	const libc = libcTotals({functions});
	const said = findings.map(({message}) => wrap(visible(message), columns));
	return [
		...(totals === null ? [] : wrap(sweepSentence(totals), columns)),
		...(libc === null || libc.called === 0 ? [] : wrap(libcSentence(libc), columns)),
		'',
		...busiest(functions, {columns, most}),
		...said.flat().map(line => line),
		'',
	]
		.join('\n')
		.replace(/\n*$/, '\n');
}

export const sortOrders = ['lost', 'calls', 'name'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** A line for each function under a heading, most lost calls first: those that passed the override by, all, and who. */
export function busiest(
	functions: readonly FunctionReport[],
	{columns, most}: SweptPage,
	order: SortOrder = 'lost',
): string[] {
	const rows = functions
		.map(rowOf)
		.filter(({calls}) => calls > 0)
		.sort((left, right) => orders[order](left, right) || byCodeUnit(left.symbol, right.symbol));
	const shown = rows.slice(0, most);
	const width = Math.max(5, ...shown.map(({calls}) => grouped(calls).length));
	const line = (lost: string, count: string, honored: string, symbol: string) =>
		`${lost.padStart(width)}  ${count.padStart(width)}  ${honored.padStart(8)}  ${symbol}`.slice(0, columns);
	return [
		line('lost', 'calls', 'honored', 'function'),
		...shown.map(({symbol, calls, honored, whole}) =>
			line(
				whole ? grouped(calls - honored) : '?',
				grouped(calls),
				whole ? percent(honored, calls) : '?',
				visible(symbol),
			),
		),
	];
}

const orders = {
	lost: (left, right) => right.calls - right.honored - (left.calls - left.honored) || right.calls - left.calls,
	calls: (left, right) => right.calls - left.calls,
	name: () => 0,
} as const satisfies Record<SortOrder, (left: Row, right: Row) => number>;

/** What is being run, for how long, and what share of its calls ran an override: one line. */
export function liveHeader(
	functions: readonly FunctionReport[],
	program: string,
	seconds: number,
	columns: number,
): string {
	const totals = workloadTotals({functions});
	const made = (totals?.honored ?? 0) + (totals?.bypassed ?? 0);
	const share = totals === null || totals.bypassed === null ? '' : `, ${percent(totals.honored, made)} ran an override`;
	return `${counted(made, 'call')}${share}, ${Math.floor(seconds)} s: ${visible(program)}`.slice(0, columns);
}

/** At most five lines for the end: the figure, then the callers, then what lost most. */
export function liveSummary(
	functions: readonly FunctionReport[],
	program: string,
	seconds: number,
	columns: number,
): string {
	const rows = functions.map(rowOf).filter(({calls, honored, whole}) => whole && calls > honored);
	const worst = rows
		.sort(orders.lost)
		.slice(0, 3)
		.map(({symbol, calls, honored}) => `${symbol} (${grouped(calls - honored)})`);
	const callers = (['interpreter', 'executable', 'extension', 'library'] as const).flatMap(caller => {
		const totals = workloadTotals({functions}, caller);
		const made = (totals?.honored ?? 0) + (totals?.bypassed ?? 0);
		return totals === null || made === 0 ? [] : [`${caller} ${percent(totals.honored, made)} of ${grouped(made)}`];
	});
	const lines = [
		liveHeader(functions, program, seconds, columns),
		...(callers.length === 0 ? [] : [`Ran an override, by caller: ${callers.join(', ')}.`]),
		rows.length === 0
			? 'No function lost a call.'
			: `${counted(rows.length, 'function')} lost calls: ${worst.join(', ')}${rows.length > 3 ? ', …' : ''}.`,
	];
	return `${lines
		.flatMap(line => wrap(visible(line), columns, '  '))
		.slice(0, 5)
		.join('\n')}\n`;
}

interface Row {
	readonly symbol: string;
	readonly calls: number;
	readonly honored: number;
	/** Whether calls past the override were counted. */
	readonly whole: boolean;
}

function rowOf(one: FunctionReport): Row {
	const calls = workloadCalls(one);
	const honored = calls.reduce((sum, caller) => sum + caller.honored, 0);
	const bypassed = calls.reduce((sum, caller) => sum + (caller.bypassed ?? 0), 0);
	return {
		symbol: one.symbol,
		calls: honored + bypassed,
		honored,
		whole: calls.every(caller => caller.bypassed !== null),
	};
}
