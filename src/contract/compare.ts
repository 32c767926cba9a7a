/** This file compares two reports: what a change of build won and lost. */

import {SuiteError} from '../errors.js';
import type {Route} from '../model/claim.js';
import {
	type BuildComparison,
	type Change,
	type ComparedBuild,
	type Comparison,
	changeKinds,
	haveOneBuildId,
} from '../model/comparison.js';
import {byCodeUnit} from '../model/order.js';
import type {Report, TargetReport} from '../model/report.js';
import {reportedClaims} from '../model/reported-claims.js';
import type {Prediction, Verdict} from '../model/verdict.js';
import {changeKind} from './change.js';
import {pairBuilds} from './pair.js';

/** Errors: SuiteError where nothing can be compared. */
export function compare(before: Report, after: Report): Comparison {
	const {pairs, onlyBefore, onlyAfter} = pairBuilds(before, after);
	if (pairs.length === 0) {
		throw new SuiteError('The two reports have no build in common.', {
			hint: 'Compare reports that test the same Pythons, one build of each.',
		});
	}
	return {
		schema: 2,
		builds: pairs
			.map(([one, other]) => compareBuilds(one, other))
			.sort((a, b) => byCodeUnit(a.after.id, b.after.id) || byCodeUnit(a.before.id, b.before.id)),
		onlyBefore: onlyBefore.map(({id}) => id).sort(byCodeUnit),
		onlyAfter: onlyAfter.map(({id}) => id).sort(byCodeUnit),
	};
}

/** What a change of build won and lost; of one build and itself, what became of the file after it was linked. */
export function compareBuilds(before: TargetReport, after: TargetReport): BuildComparison {
	const compared = compareTargets(before, after);
	return haveOneBuildId(compared) ? {...compared, changes: compared.changes.filter(isOfTheBuild)} : compared;
}

/** Every claim that differs, whatever the reason. */
export function compareTargets(before: TargetReport, after: TargetReport): BuildComparison {
	const sameVersion = before.python.version === after.python.version;
	const changes = pairs(entriesOf(before), entriesOf(after), exportedBy(before), exportedBy(after))
		.map(pair => change(pair, sameVersion))
		.filter(found => found !== null);
	return {
		before: build(before),
		after: build(after),
		reached: reachedFunctions(before),
		changes: changes.sort(worstFirst),
	};
}

interface Entry {
	readonly id: string;
	readonly symbol: string;
	readonly route: Route;
	readonly family: string;
	readonly verdict: Verdict | null;
	/** Whether a probe makes the call, so that a change of it is news whatever the workload happened to call. */
	readonly probed: boolean;
}

type EntryPair = readonly [before: Entry, after: Entry];

/** The route `deepbind` passes every override by on every build: there is nothing to compare. */
function entriesOf(target: TargetReport): Entry[] {
	const probed = new Set(
		target.functions.flatMap(({symbol, family, calls}) =>
			calls.filter(({probe}) => probe !== null || family !== null).map(({caller}) => `${symbol}/${caller}`),
		),
	);
	return reportedClaims(target)
		.filter(({route}) => route !== 'deepbind')
		.map(claim => ({...claim, probed: probed.has(claim.id)}));
}

/** Every entry of either side, with what is to be said of it where the other side lacks it. */
function pairs(
	before: readonly Entry[],
	after: readonly Entry[],
	exportedBefore: ReadonlySet<string>,
	exportedAfter: ReadonlySet<string>,
): EntryPair[] {
	const others = new Map(after.map(entry => [entry.id, entry]));
	const found = before.map((entry): EntryPair => {
		const other = others.get(entry.id) ?? {...entry, verdict: missing(entry, exportedAfter)};
		others.delete(entry.id);
		return [entry, other];
	});
	const added = [...others.values()].map(
		(entry): EntryPair => [{...entry, verdict: missing(entry, exportedBefore)}, entry],
	);
	return [...found, ...added];
}

/** A probed claim that a report lacks was not tested there; of the others every exported function has its row. */
function missing({symbol, probed}: Entry, exported: ReadonlySet<string>): Verdict | null {
	if (probed) return null;
	return exported.has(symbol) ? {kind: 'uncalled', references: 0, 'would-be': null} : {kind: 'absent'};
}

function exportedBy({functions}: TargetReport): ReadonlySet<string> {
	return new Set(functions.filter(({references}) => references !== null).map(({symbol}) => symbol));
}

/** Of which some call reached the override, or would have: what can be lost. */
function reachedFunctions(target: TargetReport): number {
	const reaching = reportedClaims(target).filter(({route, verdict}) => {
		const kind = expected(verdict)?.kind;
		return route !== 'deepbind' && (kind === 'honored' || kind === 'partial');
	});
	return new Set(reaching.map(({symbol}) => symbol)).size;
}

function change([before, after]: EntryPair, sameVersion: boolean): Change | null {
	const kind =
		after.probed || before.probed
			? changeKind(before.verdict, after.verdict, sameVersion)
			: news(before, after, sameVersion);
	if (kind === null) return null;
	const {id, symbol, route, family} = after;
	return {kind, id, symbol, route, family, before: before.verdict, after: after.verdict, because: causeOf(after)};
}

/**
 * The workload's paths vary. What it calls on one side alone is compared by what the references of the other side predict;
 * where they predict nothing, what is newly called is no news, and what others than the interpreter no longer call neither.
 */
function news(before: Entry, after: Entry, sameVersion: boolean): Change['kind'] | null {
	const [one, other] = [expected(before.verdict), expected(after.verdict)];
	const called = before.verdict?.kind !== 'uncalled' && after.verdict?.kind !== 'uncalled';
	if (!called && one?.kind === other?.kind) return null;
	if (one?.kind === 'uncalled') return null;
	if (other?.kind === 'uncalled' && after.route !== 'interpreter') return null;
	return changeKind(one, other, sameVersion);
}

/** A verdict that stands for what would be. */
function expected(verdict: Verdict | null): Verdict | null {
	return verdict?.kind === 'uncalled' && verdict['would-be'] !== null ? standIns[verdict['would-be']] : verdict;
}

const standIns = {
	honored: {kind: 'honored', calls: 1},
	partial: {kind: 'partial', calls: 1, bypassed: 1, bound: 1, because: 'unknown'},
	bypassed: {kind: 'bypassed', bypassed: null, because: 'unknown'},
} as const satisfies Record<Prediction, Verdict>;

function causeOf({verdict}: Entry): Change['because'] {
	return verdict?.kind === 'bypassed' || verdict?.kind === 'partial' ? verdict.because : null;
}

function build({id, python, interpreter}: TargetReport): ComparedBuild {
	return {id, version: python.version, buildId: interpreter.buildId};
}

/** Between two looks at one build, what was called, how often and whether it was tested is a matter of the look. */
function isOfTheBuild({kind, before, after}: Change): boolean {
	if (before === null || after === null) return false;
	if ([before.kind, after.kind].includes('inconclusive')) return false;
	if ((before.kind === 'uncalled') !== (after.kind === 'uncalled')) return false;
	return kind === 'cause-changed' || expected(before)?.kind !== expected(after)?.kind;
}

function worstFirst(a: Change, b: Change): number {
	return (
		changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) ||
		byCodeUnit(a.family, b.family) ||
		byCodeUnit(a.id, b.id)
	);
}
