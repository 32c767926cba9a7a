/** This file writes what `inspect --symbols` adds: a line for each exported function. */

import type {ReferenceVerdict, SymbolReferences} from '../../model/binding.js';
import {visible} from '../../model/visible.js';
import {grouped} from '../numbers.js';
import {brush} from '../paint.js';
import {padEnd, padStart, widest} from '../text.js';
import {verdictOrder} from './inspect.js';

export function renderSymbols(symbols: readonly SymbolReferences[], colour: boolean): string {
	const paint = brush(colour);
	const cells = symbols.map(({symbol, calls, addresses, verdict}) => ({
		verdict,
		numbers: [calls.preemptible, calls.bound, addresses.preemptible, addresses.bound].map(grouped),
		symbol: visible(symbol),
	}));
	const widths = heads.map((head, column) => widest([head, ...cells.map(({numbers}) => numbers[column] ?? '')]));
	const numbers = (texts: readonly string[]) =>
		texts.map((text, column) => padStart(text, widths[column] ?? 0)).join('  ');
	const verdictWidth = widest(verdictOrder);
	return [
		paint.dim(`  ${padEnd('', verdictWidth)}  ${numbers(heads)}  symbol`),
		...cells.map(row => {
			const verdict = paint.verdict(colours[row.verdict], padEnd(row.verdict, verdictWidth));
			return `  ${verdict}  ${numbers(row.numbers)}  ${row.symbol}`;
		}),
		'',
	].join('\n');
}

const heads = ['calls', 'bound', 'addresses', 'bound'] as const;

const colours = {
	preemptible: 'honored',
	partial: 'partial',
	bound: 'bypassed',
	unreferenced: 'uncalled',
} as const satisfies Record<ReferenceVerdict, string>;
