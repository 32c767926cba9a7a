/** This file compares two reports: what a change of build won and lost. */

import {SuiteError} from '../errors.js';
import type {Caller, Route} from '../model/claim.js';
import {
	type BuildComparison,
	type Change,
	type ComparedBuild,
	type Comparison,
	changeKinds,
} from '../model/comparison.js';
import {byCodeUnit} from '../model/order.js';
import type {ClaimReport, Report, SweptSymbol, TargetReport} from '../model/report.js';
import type {Verdict} from '../model/verdict.js';
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
	if (pairs.every(([one, other]) => sameBuild(one, other))) {
		throw new SuiteError(`Both reports are of the same build${pairs.length === 1 ? ` (${pairs[0]?.[0].id})` : 's'}.`, {
			hint: 'Name a report of the build before the change, and one of the build after it.',
		});
	}
	return {
		schema: 1,
		builds: pairs
			.map(([one, other]) => compareBuilds(one, other))
			.sort((a, b) => byCodeUnit(a.after.id, b.after.id) || byCodeUnit(a.before.id, b.before.id)),
		onlyBefore: onlyBefore.map(({id}) => id).sort(byCodeUnit),
		onlyAfter: onlyAfter.map(({id}) => id).sort(byCodeUnit),
	};
}

export function compareBuilds(before: TargetReport, after: TargetReport): BuildComparison {
	const sameVersion = before.python.version === after.python.version;
	const claims = both(claimEntries(before), claimEntries(after), null);
	// A function that is not in the sweep's list was not entered; without a sweep nothing is known of it.
	const swept =
		before.sweep === null || after.sweep === null
			? []
			: both(sweepEntries(before.sweep.symbols), sweepEntries(after.sweep.symbols), {kind: 'uncalled'});
	const changes = [
		...claims.map(pair => change(pair, sameVersion)),
		// The sweep's workload is broad and its paths vary: what it newly enters is no news,
		// and what it no longer enters is named, yet no loss by itself.
		...swept.map(pair => change(pair, false)).filter(found => found?.kind !== 'newly-called'),
	].filter(found => found !== null);
	return {
		before: build(before),
		after: build(after),
		reached: before.claims.filter(({verdict}) => verdict.kind === 'honored' || verdict.kind === 'partial').length,
		changes: changes.sort(worstFirst),
	};
}

interface Entry {
	readonly id: string;
	readonly symbol: string;
	readonly route: Route;
	readonly family: string;
	readonly verdict: Verdict | null;
}

type EntryPair = readonly [before: Entry, after: Entry];

function claimEntries({claims}: TargetReport): Entry[] {
	return claims.map(({id, symbol, route, family, verdict}: ClaimReport) => ({id, symbol, route, family, verdict}));
}

function sweepEntries(symbols: readonly SweptSymbol[]): Entry[] {
	return symbols.flatMap(({symbol, callers}) =>
		callers.flatMap(({caller, honored, bypassed}) => {
			const verdict = bypassed === null ? null : sweptVerdict(honored, bypassed);
			return verdict === null ? [] : [sweptEntry(symbol, caller, verdict)];
		}),
	);
}

function sweptEntry(symbol: string, caller: Caller, verdict: Verdict): Entry {
	const family = `${/^_?Py[A-Za-z]*/.exec(symbol)?.[0] ?? 'other'}*`;
	return {id: `sweep:${symbol}/${caller}`, symbol, route: caller, family, verdict};
}

/** The sweep counts and does not say why. */
function sweptVerdict(honored: number, bypassed: number): Verdict | null {
	if (honored === 0) return bypassed === 0 ? null : {kind: 'bypassed', bypassed, because: 'unknown'};
	return bypassed === 0
		? {kind: 'honored', calls: honored}
		: {kind: 'partial', calls: honored, bypassed, because: 'unknown'};
}

/** Every entry of either side, with `missing` for what the other side lacks. */
function both(before: readonly Entry[], after: readonly Entry[], missing: Verdict | null): EntryPair[] {
	const others = new Map(after.map(entry => [entry.id, entry]));
	const pairs = before.map((entry): EntryPair => {
		const other = others.get(entry.id) ?? {...entry, verdict: missing};
		others.delete(entry.id);
		return [entry, other];
	});
	return [...pairs, ...[...others.values()].map((entry): EntryPair => [{...entry, verdict: missing}, entry])];
}

function change([before, after]: EntryPair, sameVersion: boolean): Change | null {
	const kind = changeKind(before.verdict, after.verdict, sameVersion);
	if (kind === null) return null;
	const {id, symbol, route, family} = after;
	return {kind, id, symbol, route, family, before: before.verdict, after: after.verdict, because: causeOf(after)};
}

function causeOf({verdict}: Entry): Change['because'] {
	return verdict?.kind === 'bypassed' || verdict?.kind === 'partial' ? verdict.because : null;
}

function build({id, python, interpreter}: TargetReport): ComparedBuild {
	return {id, version: python.version, buildId: interpreter.buildId};
}

function sameBuild(one: TargetReport, other: TargetReport): boolean {
	return (
		one.id === other.id && one.interpreter.buildId !== null && one.interpreter.buildId === other.interpreter.buildId
	);
}

/** Claims before what only the sweep saw. */
function worstFirst(a: Change, b: Change): number {
	return (
		changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) ||
		Number(a.id.startsWith('sweep:')) - Number(b.id.startsWith('sweep:')) ||
		byCodeUnit(a.family, b.family) ||
		byCodeUnit(a.id, b.id)
	);
}
