/** This file puts several measurements against one and the same build together. Pure. */

import {SuiteError} from '../errors.js';
import type {BenchReport, WorkloadResult} from '../model/bench.js';

/** A target that was measured twice counts as last measured. Errors: SuiteError where the first targets differ. */
export function mergeBenches(reports: readonly [BenchReport, ...BenchReport[]]): BenchReport {
	return reports.reduce(merge);
}

function merge(before: BenchReport, after: BenchReport): BenchReport {
	const [base] = before.targets;
	const [otherBase, ...added] = after.targets;
	if (base?.name !== otherBase?.name) {
		throw new SuiteError(`One measurement compares with ${base?.name}, another with ${otherBase?.name}.`, {
			hint: 'Name the same target first in each.',
		});
	}
	const anew = new Set(added.map(({name}) => name));
	const kept = <T>(items: readonly T[], nameOf: (item: T) => string) => items.filter(item => !anew.has(nameOf(item)));
	return {
		...after,
		targets: [...kept(before.targets, ({name}) => name), ...added],
		pinned: before.pinned === after.pinned ? after.pinned : null,
		workloads: workloadsOf(before, after).map((workload): WorkloadResult => {
			const comparisons = [
				...kept(comparisonsOf(before, workload), ({target}) => target),
				...comparisonsOf(after, workload),
			];
			const because = failureOf(before, workload) ?? failureOf(after, workload) ?? 'it was not measured';
			return comparisons.length > 0 ? {workload, kind: 'measured', comparisons} : {workload, kind: 'failed', because};
		}),
		means: [...kept(before.means, ({target}) => target), ...after.means],
	};
}

function workloadsOf(...reports: readonly BenchReport[]): string[] {
	return [...new Set(reports.flatMap(({workloads}) => workloads.map(({workload}) => workload)))].sort();
}

function comparisonsOf({workloads}: BenchReport, name: string) {
	const found = workloads.find(({workload}) => workload === name);
	return found?.kind === 'measured' ? found.comparisons : [];
}

function failureOf({workloads}: BenchReport, name: string): string | undefined {
	const found = workloads.find(({workload}) => workload === name);
	return found?.kind === 'failed' ? found.because : undefined;
}
