/** This file writes what `inspect --data` found in one file. */

import type {Reach} from '../../model/binding.js';
import {type DataReferences, type DataVerdict, dataVerdicts, type InspectedData} from '../../model/data.js';
import type {VerdictKind} from '../../model/verdict.js';
import {visible} from '../../model/visible.js';
import {counted, few, grouped} from '../numbers.js';
import {brush} from '../paint.js';
import {padEnd, padStart, widest} from '../text.js';

export interface DataOptions {
	/** A line for each variable as well. */
	readonly symbols: boolean;
	readonly colour: boolean;
}

export function renderData(inspected: InspectedData, {symbols, colour}: DataOptions): string {
	const paint = brush(colour);
	const {path, soname, buildId, machine, data} = inspected;
	const {totals} = data;
	const copies = data.symbols.filter(({verdict}) => verdict === 'copied').map(({symbol}) => symbol);
	const identity = [machine, soname ?? 'no soname', `build-id ${buildId ?? 'none'}`].join(', ');
	return [
		`${paint.bold(visible(path))}: ${headline(inspected)}`,
		`  ${counted(totals.symbols, 'exported variable')}${totals.symbols === 0 ? '' : `: ${verdictCounts(totals.verdicts)}`}`,
		`  uses from inside: code ${totals.decoded ? reachWords(totals.code) : 'not decoded'}, words ${reachWords(totals.words)}`,
		...(copies.length === 0
			? []
			: [`  copies of other objects\u2019 data: ${few(copies, namedCopies).split(', ').map(visible).join(', ')}`]),
		`  ${paint.dim(visible(identity))}`,
		...(symbols && totals.symbols > 0 ? table(data.symbols, colour) : []),
		'',
	].join('\n');
}

const namedCopies = 6;

/** The answer for all of its data at once. */
function headline({executable, data: {totals}}: InspectedData): string {
	const {verdicts} = totals;
	const total = (...kinds: readonly DataVerdict[]) => kinds.reduce((sum, kind) => sum + verdicts[kind], 0);
	if (!totals.dynamic) return 'a static executable, in which no variable can be overridden';
	if (totals.symbols === 0) return 'no variable to override';
	const used = totals.symbols - verdicts.unreferenced;
	if (used === 0) return 'it uses none of its exported variables itself';
	if (executable) return 'the executable\u2019s own variables stand before an override';
	if (total('preemptible') === used) return 'an override of any of its variables is used throughout';
	if (total('bound') === used) return 'an override of its variables is used nowhere inside';
	return 'an override is used for some of its variables';
}

function verdictCounts(verdicts: Readonly<Record<DataVerdict, number>>): string {
	return dataVerdicts
		.filter(verdict => verdicts[verdict] > 0)
		.map(verdict => `${grouped(verdicts[verdict])} ${verdict}`)
		.join(', ');
}

function reachWords({preemptible, bound}: Reach): string {
	return `${grouped(preemptible)} preemptible + ${grouped(bound)} bound`;
}

function table(symbols: readonly DataReferences[], colour: boolean): readonly string[] {
	const paint = brush(colour);
	const cells = symbols.map(({symbol, code, words, unclear, size, verdict}) => ({
		verdict,
		numbers: [code.preemptible, code.bound, words.preemptible, words.bound, unclear, size].map(grouped),
		symbol: visible(symbol),
	}));
	const widths = heads.map((head, column) => widest([head, ...cells.map(({numbers}) => numbers[column] ?? '')]));
	const line = (texts: readonly string[]) =>
		texts.map((text, column) => padStart(text, widths[column] ?? 0)).join('  ');
	const verdictWidth = widest(dataVerdicts);
	return [
		paint.dim(`  ${padEnd('', verdictWidth)}  ${line(heads)}  symbol`),
		...cells.map(row => {
			const verdict = paint.verdict(colours[row.verdict], padEnd(row.verdict, verdictWidth));
			return `  ${verdict}  ${line(row.numbers)}  ${row.symbol}`;
		}),
	];
}

const heads = ['code', 'bound', 'words', 'bound', 'unclear', 'bytes'] as const;

const colours = {
	preemptible: 'honored',
	partial: 'partial',
	bound: 'bypassed',
	copied: 'partial',
	unreferenced: 'uncalled',
	inconclusive: 'inconclusive',
} as const satisfies Record<DataVerdict, VerdictKind>;
