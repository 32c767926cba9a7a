/** This file joins the reports of several runs, such as the shards of a distribution's Pythons, without holding them all. */

import {SuiteError} from '../errors.js';
import {byCodeUnit} from '../model/order.js';
import type {Failure, Report, TargetReport} from '../model/report.js';
import {type VerdictKind, verdictKinds} from '../model/verdict.js';

/** What is kept of a report while others are read. */
export interface ReportSummary {
	readonly source: string;
	readonly tool: Report['tool'];
	readonly host: Report['host'];
	readonly targets: readonly {readonly id: string; readonly files: string}[];
	readonly failures: readonly Failure[];
	readonly totals: Report['totals'];
}

export interface MergePlan {
	readonly frame: Omit<Report, 'targets'>;
	/** In the order of the new ids. */
	readonly targets: readonly {readonly source: string; readonly id: string; readonly newId: string}[];
}

export function summarise(report: Report, source: string): ReportSummary {
	const {tool, host, failures, totals} = report;
	return {
		source,
		tool,
		host,
		failures,
		totals,
		targets: report.targets.map(one => ({id: one.id, files: filesOf(one)})),
	};
}

/** Errors: SuiteError where two reports are of the same build. */
export function planMerge(summaries: readonly ReportSummary[]): MergePlan {
	const ids = new Set(summaries.flatMap(({targets}) => targets.map(({id}) => id)));
	const seen = new Map<string, string>();
	const taken = new Set<string>();
	const targets = summaries.flatMap(({source, targets}) =>
		targets.map(({id, files}) => {
			const before = seen.get(`${id}\0${files}`);
			if (before !== undefined) {
				throw new SuiteError(`${before} and ${source} both report the build ${id}.`, {hint: 'Name each report once.'});
			}
			seen.set(`${id}\0${files}`, source);
			const newId = freeId(id, taken, ids);
			taken.add(newId);
			return {source, id, newId};
		}),
	);
	return {
		frame: {
			schema: 2,
			tool: {name: 'pyinterpose', version: joined(summaries.map(({tool}) => tool.version))},
			host: {
				machine: joined(summaries.map(({host}) => host.machine)),
				libc: joined(summaries.map(({host}) => host.libc)),
				kernel: joined(summaries.map(({host}) => host.kernel)),
			},
			failures: summaries.flatMap(({failures}) => failures),
			totals: sum(summaries.map(({totals}) => totals)),
		},
		targets: targets.sort((a, b) => byCodeUnit(a.newId, b.newId)),
	};
}

/** Without the functions outside the curated list: what a page of very many builds can show. */
export function curatedOnly(target: TargetReport): TargetReport {
	return {...target, functions: target.functions.filter(({family}) => family !== null)};
}

function filesOf({executable, interpreter}: TargetReport): string {
	return `${executable}\0${interpreter.path}`;
}

/** A copy of a build elsewhere has the same id: it is numbered, past every id there is. */
function freeId(id: string, taken: ReadonlySet<string>, ids: ReadonlySet<string>): string {
	if (!taken.has(id)) return id;
	let number = 2;
	while (taken.has(`${id}-${number}`) || ids.has(`${id}-${number}`)) number += 1;
	return `${id}-${number}`;
}

function joined(words: readonly string[]): string {
	return [...new Set(words.flatMap(word => word.split(', ')))].sort(byCodeUnit).join(', ');
}

function sum(all: readonly Report['totals'][]): Report['totals'] {
	const add = (kind: VerdictKind) => all.reduce((total, totals) => total + totals[kind], 0);
	return Object.fromEntries(verdictKinds.map(kind => [kind, add(kind)])) as Report['totals'];
}
