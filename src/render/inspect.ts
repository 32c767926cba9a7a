/** This file writes what `inspect` found in one file. */

import type {InspectReport, Reach, ReferenceVerdict, SymbolReferences} from '../model/binding.js';
import {visible} from '../model/visible.js';
import {counted, grouped} from './numbers.js';
import {type Brush, brush} from './paint.js';
import {padEnd, padStart, widest} from './text.js';
import {bindingWords} from './words.js';

export interface InspectOptions {
	readonly colour: boolean;
	/** One line for each function, too. */
	readonly symbols: boolean;
}

export function renderInspect(report: InspectReport, {colour, symbols}: InspectOptions): string {
	const paint = brush(colour);
	const {path, soname, buildId, machine, binding} = report;
	const identity = [machine, soname ?? 'no soname', `build-id ${buildId ?? 'none'}`].join(', ');
	return [
		`${paint.bold(visible(path))}: ${bindingWords[binding.mode]}`,
		`  ${counted(binding.functions, 'exported function')}${binding.functions === 0 ? '' : `: ${verdictCounts(report)}`}`,
		`  references from inside: calls ${reachWords(sum(report, 'calls'))}, addresses ${reachWords(sum(report, 'addresses'))}`,
		`  ${paint.dim(visible(identity))}`,
		...(symbols ? symbolLines(report.symbols, paint) : []),
		'',
	].join('\n');
}

/** Worst first. */
const order = ['bound', 'partial', 'unreferenced', 'preemptible'] as const satisfies readonly ReferenceVerdict[];

function verdictCounts({binding}: InspectReport): string {
	return order
		.filter(verdict => binding[verdict] > 0)
		.map(verdict => `${grouped(binding[verdict])} ${verdict}`)
		.join(', ');
}

function sum({symbols}: InspectReport, kind: 'calls' | 'addresses'): Reach {
	const total = {preemptible: 0, bound: 0};
	for (const symbol of symbols) {
		total.preemptible += symbol[kind].preemptible;
		total.bound += symbol[kind].bound;
	}
	return total;
}

function reachWords({preemptible, bound}: Reach): string {
	return `${grouped(preemptible)} preemptible + ${grouped(bound)} bound`;
}

function symbolLines(symbols: readonly SymbolReferences[], paint: Brush): string[] {
	const cells = symbols.map(({symbol, calls, addresses, verdict}) => ({
		verdict,
		numbers: [calls.preemptible, calls.bound, addresses.preemptible, addresses.bound].map(grouped),
		symbol: visible(symbol),
	}));
	const widths = heads.map((head, column) => widest([head, ...cells.map(({numbers}) => numbers[column] ?? '')]));
	const numbers = (texts: readonly string[]) =>
		texts.map((text, column) => padStart(text, widths[column] ?? 0)).join('  ');
	const verdictWidth = widest(order);
	return [
		paint.dim(`  ${padEnd('', verdictWidth)}  ${numbers(heads)}  symbol`),
		...cells.map(
			row =>
				`  ${paint.verdict(colours[row.verdict], padEnd(row.verdict, verdictWidth))}  ${numbers(row.numbers)}  ${row.symbol}`,
		),
	];
}

const heads = ['calls', 'bound', 'addresses', 'bound'] as const;

const colours = {
	preemptible: 'honored',
	partial: 'partial',
	bound: 'bypassed',
	unreferenced: 'uncalled',
} as const satisfies Record<ReferenceVerdict, string>;
