/** This file writes a measurement for people. Pure. */

import type {BenchComparison, BenchReport, WorkloadResult} from '../../model/bench.js';

export function renderBench({targets, workloads, means, pinned, handicap, rule}: BenchReport): string {
	const [first] = targets;
	const width = Math.max(14, ...workloads.map(({workload}) => workload.length)) + 2;
	const answers = means.map(mean => `${answer(mean, first?.name ?? '')}\n`);
	const tables = means.map(({target}, index) => {
		const rows = workloads.map(result => `  ${result.workload.padEnd(width)}${cell(result, index)}\n`);
		return `\n${target}, time as a multiple of ${first?.name}'s:\n${rows.join('')}`;
	});
	const failures = workloads.flatMap(one => (one.kind === 'failed' ? [`${one.workload}: ${one.because}\n`] : []));
	const notes = [
		`Intervals are of 95 %; a difference below ${percent(rule.negligible)} is called equal; '~': a limit ended it before its interval was narrow.`,
		pinned === null ? 'The runs were not bound to a processor.' : `All runs were bound to processor ${pinned}.`,
		...(handicap > 0 ? [`A control: every run of ${targets.at(-1)?.name} burnt ${percent(handicap)} more.`] : []),
	];
	return `${answers.join('')}${tables.join('')}\n${failures.join('')}${notes.join('\n')}\n`;
}

/** `B is 5.1 % slower than A (1.051, 1.048 to 1.054)`. */
function answer(mean: BenchComparison, first: string): string {
	const numbers = `geometric mean of the times ${three(mean.ratio)}, ${three(mean.low)} to ${three(mean.high)}`;
	switch (mean.verdict) {
		case 'equal':
			return mean.narrow
				? `${mean.target} and ${first} are equally fast (${numbers}).`
				: `No difference in speed between ${mean.target} and ${first} was seen (${numbers}).`;
		case 'slower':
			return `${mean.target} is ${percent(mean.ratio - 1)} slower than ${first} (${numbers}).`;
		case 'faster':
			return `${mean.target} is ${percent(1 / mean.ratio - 1)} faster than ${first} (${numbers}).`;
	}
}

function cell(result: WorkloadResult, index: number): string {
	if (result.kind === 'failed') return 'failed';
	const comparison = result.comparisons[index];
	if (comparison === undefined) return '';
	const {ratio, low, high, narrow, verdict, pairs} = comparison;
	return `${three(ratio)}  (${three(low)} to ${three(high)})${narrow ? ' ' : '~'} ${verdict.padEnd(7)} ${pairs} runs each`;
}

function three(number: number): string {
	return number.toFixed(3);
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}
