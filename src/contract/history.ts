/** This file follows each build from one saved report to the next, and says what it lost and gained. */

import {type ChangedFunction, changedFunctions, isGain, isLoss} from '../model/changed-functions.js';
import {routes} from '../model/claim.js';
import {haveOneBuildId} from '../model/comparison.js';
import type {History, HistoryChange, HistoryFunction, HistoryStep} from '../model/history.js';
import {byCodeUnit} from '../model/order.js';
import type {Report, TargetReport} from '../model/report.js';
import {compareBuilds} from './compare.js';
import {pairBuilds} from './pair.js';

/** A build as far as it was followed: only its newest report is held. */
export interface OpenLine {
	readonly newest: TargetReport;
	readonly linkages: ReadonlySet<string>;
	readonly steps: readonly HistoryStep[];
}

/** Of how many functions an override works on a build. */
export type Count = (target: TargetReport) => Pick<HistoryStep, 'works' | 'functions'>;

/** The lines with one more report, which is newer than all before it. */
export function follow(lines: readonly OpenLine[], name: string, report: Report, count: Count): readonly OpenLine[] {
	const known = {...report, targets: lines.map(({newest}) => newest)};
	const alone = (targets: readonly TargetReport[], one: TargetReport) =>
		targets.filter(other => sort(other) === sort(one)).length === 1;
	// From static to shared a build is followed where nothing else can be meant.
	const isSame = (one: TargetReport, other: TargetReport) =>
		sort(one) === sort(other) &&
		(one.interpreter.linkage === other.interpreter.linkage ||
			(alone(known.targets, one) && alone(report.targets, other)));
	const before = new Map(
		pairBuilds(known, report)
			.pairs.filter(([one, other]) => isSame(one, other))
			.map(([one, other]) => [other, one]),
	);
	const followed = report.targets.map((target): OpenLine => {
		const line = lines.find(({newest}) => newest === before.get(target));
		const step = {
			report: name,
			id: target.id,
			version: target.python.version,
			buildId: target.interpreter.buildId,
			...count(target),
			since: line === undefined ? null : changeOf(line.newest, target),
		};
		return {
			newest: target,
			linkages: new Set([...(line?.linkages ?? []), target.interpreter.linkage]),
			steps: [...(line?.steps ?? []), step],
		};
	});
	const gone = lines.filter(({newest}) => ![...before.values()].includes(newest));
	return [...gone, ...followed];
}

export function historyOf(reports: readonly string[], lines: readonly OpenLine[]): History {
	const names = lines.map(nameOf);
	return {
		schema: 1,
		kind: 'history',
		reports,
		lines: lines
			.map(({newest, steps}, at) => {
				const name = names[at] ?? newest.id;
				return {name: names.filter(other => other === name).length > 1 ? `${name} (${newest.id})` : name, steps};
			})
			.sort((a, b) => byCodeUnit(a.name, b.name)),
	};
}

/** A build is followed to another version of one series, never to another series. */
function sort({python}: TargetReport): string {
	return [
		python.implementation,
		/^\d+\.\d+/.exec(python.version)?.[0] ?? python.version,
		...(python.debug ? ['debug'] : []),
		...(python.freeThreaded ? ['free-threaded'] : []),
	].join(' ');
}

function nameOf({newest, linkages}: OpenLine): string {
	return [sort(newest), ...(linkages.size === 1 ? linkages : [])].join(' ');
}

function changeOf(before: TargetReport, after: TargetReport): HistoryChange {
	const comparison = compareBuilds(before, after);
	// A function that one caller lost and another gained is lost: it is counted once, by the worst of its changes.
	const changed = [...changedFunctions(comparison)].sort((a, b) => byCodeUnit(a.symbol, b.symbol));
	return {
		sameBuild: changed.length === 0 && haveOneBuildId(comparison),
		lost: changed.filter(({kind}) => isLoss(kind)).map(functionOf),
		gained: changed.filter(({kind}) => isGain(kind)).map(functionOf),
	};
}

function functionOf({symbol, changes}: ChangedFunction): HistoryFunction {
	return {
		symbol,
		callers: routes.filter(route => changes.some(change => change.route === route)),
		because: changes[0]?.because ?? null,
	};
}
