/** This file writes docs/cost.md from what was measured. */

import {cpus, release} from 'node:os';
import {type BenchRow, unit} from './pairs.js';

export interface Measured {
	readonly title: string;
	readonly rows: readonly BenchRow[];
}

export function costPage(sections: readonly Measured[], load: readonly number[]): string {
	const [processor] = cpus();
	const machine = `${processor?.model.trim() ?? 'a processor of no name'}, ${cpus().length} processors, Linux ${release().split('-')[0]}, Node ${process.version}`;
	const [before = 0, after = 0] = load;
	return [
		'# What it costs',
		'',
		'`npm run bench -- --write` writes this page. Every number is a ratio of two commands that were run in turn, A B A B: the median of the pairs,',
		'and between what the true one lies with 95 % confidence (with fewer than six pairs: the least and the greatest). One pair before them warms up.',
		'',
		`Measured as ${unit} on ${machine}. Load of the machine: ${before.toFixed(1)} before, ${after.toFixed(1)} at the end; this itself makes one or two.`,
		...sections.flatMap(({title, rows}) => ['', `## ${title}`, '', ...table(rows)]),
		'',
	].join('\n');
}

function table(rows: readonly BenchRow[]): readonly string[] {
	return ['| what | ratio | between | pairs | at most |', '|---|---|---|---|---|', ...rows.map(line)];
}

function line(row: BenchRow): string {
	if (row.kind === 'not-run') return `| ${row.what} | not run: ${row.why.replaceAll('|', '\\|')} | | | |`;
	const {what, bound, ratio} = row;
	const digits = (number: number) => number.toFixed(number < 10 ? 2 : 0);
	const limit = bound === null ? '' : `${bound}${ratio.median > bound ? ' (**exceeded**)' : ''}`;
	return `| ${what} | ${digits(ratio.median)} | ${digits(ratio.low)} to ${digits(ratio.high)} | ${ratio.pairs} | ${limit} |`;
}
