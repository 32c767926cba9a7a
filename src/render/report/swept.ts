/** This file shows the sweep of one program: the figure first, then the busiest functions. */

import {byCodeUnit} from '../../model/order.js';
import type {Finding, FunctionReport} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {workloadCalls, workloadTotals} from '../../model/workload-totals.js';
import {grouped, percent} from '../numbers.js';
import {wrap} from '../text.js';
import {sweepSentence} from './summary.js';

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
	const said = findings.map(({message}) => wrap(visible(message), columns));
	return [
		...(totals === null ? [] : wrap(sweepSentence(totals), columns)),
		'',
		...busiest(functions, {columns, most}),
		...said.flat().map(line => line),
		'',
	]
		.join('\n')
		.replace(/\n*$/, '\n');
}

/** A line for each of the busiest functions, under a heading: all calls, and how many of them ran the override. */
export function busiest(functions: readonly FunctionReport[], {columns, most}: SweptPage): string[] {
	const rows = functions
		.map(rowOf)
		.filter(({calls}) => calls > 0)
		.sort((left, right) => right.calls - left.calls || byCodeUnit(left.symbol, right.symbol));
	const shown = rows.slice(0, most);
	const all = rows.reduce((sum, {calls}) => sum + calls, 0);
	const width = Math.max(5, ...shown.map(({calls}) => grouped(calls).length));
	const line = (count: string, share: string, honored: string, symbol: string) =>
		`${count.padStart(width)}  ${share.padStart(6)}  ${honored.padStart(8)}  ${symbol}`.slice(0, columns);
	return [
		line('calls', 'share', 'honored', 'function'),
		...shown.map(({symbol, calls, honored, whole}) =>
			line(grouped(calls), percent(calls, all), whole ? percent(honored, calls) : '?', visible(symbol)),
		),
	];
}

function rowOf(one: FunctionReport): {symbol: string; calls: number; honored: number; whole: boolean} {
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
