/** This file gathers the counted witness on one target: what ran, with the controls that make a zero mean something. */

import {canaries, overrides, slotsNamed} from '../../ledger/slots.js';
import {type Claim, type Family, interpreterFamilies, libcFamilies} from '../../model/claim.js';
import type {Counted, FirstDefinition} from '../../model/evidence.js';
import type {Finding} from '../../model/report.js';
import type {Start, TargetLaunch} from '../../model/target.js';
import {allOf} from '../../process/at-once.js';
import {byCaller, difference} from './difference.js';
import {effects, shownBy} from './effects.js';
import {naturally} from './natural.js';
import {type ProbeRunRequest, type Run, runProbes, type Taken} from './run.js';

export interface CountedRequest {
	readonly launch: TargetLaunch;
	readonly kind: Start['kind'];
	readonly interpreter: string;
	readonly claims: readonly Claim[];
	/** The entry counters, where this interpreter has them. */
	readonly entries: {readonly env: Readonly<Record<string, string>>; readonly symbols: ReadonlySet<string>} | null;
	readonly shims: string;
	/** The probes, as this Python has compiled them; null where each start compiles them. */
	readonly compiled: string | null;
	readonly folder: string;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

export interface CountedWitness {
	/** By claim; a claim whose route this version does not have is not there. */
	readonly counted: ReadonlyMap<string, Counted>;
	readonly findings: readonly Finding[];
	/** By symbol, where another definition stands before our override. */
	readonly first: ReadonlyMap<string, FirstDefinition>;
}

/**
 * Three runs: with the counting shims, and beside it, one after the other, the control with none and the run with the effect shims. Together
 * they take no longer than the first, which has a processor of its own that way.
 */
export async function gatherCounted(request: CountedRequest): Promise<CountedWitness> {
	const isEffect = ({family}: Claim) => family in effects;
	const effect = request.claims.filter(isEffect);
	const plain = request.claims.filter(claim => !isEffect(claim));
	const natural = plain.filter(naturally.counts);
	const probed = plain.filter(claim => !naturally.counts(claim));
	const beside = async () => {
		const control = await run(request, 'control', [], [...probed, ...effect]);
		const families = Object.keys(effects) as Family[];
		return {control, effected: effect.length === 0 ? null : await run(request, 'effect', families, effect)};
	};
	const [counting, {control, effected}] = await allOf([
		run(request, 'count', [...interpreterFamilies, ...libcFamilies], probed),
		beside(),
	]);
	const counted = new Map<string, Counted>();
	for (const claim of probed) {
		if (counting.taken.get(claim.id)?.outcome.kind === 'no-route') continue;
		counted.set(claim.id, countOf(claim, counting, control, request));
	}
	for (const claim of natural) counted.set(claim.id, naturalCount(claim, counting, request));
	for (const claim of effect) if (effected !== null) counted.set(claim.id, shownBy(claim, effected, control, broken));
	return {counted, findings: findingsOf(counting, request), first: firstBySymbol(counting)};
}

function run(
	request: CountedRequest,
	name: string,
	families: readonly Family[],
	claims: readonly Claim[],
): Promise<Run> {
	const counts = families.includes('error');
	const controls = canaryClaims(families);
	return runProbes({
		name,
		launch: request.launch,
		interpreter: request.interpreter,
		executable: request.kind === 'library',
		tells: counts,
		preload: counts && request.entries !== null ? [...families, 'entries'] : families,
		env: counts && request.entries !== null ? request.entries.env : {},
		shims: request.shims,
		compiled: request.compiled,
		claims: [...controls, ...claims],
		slotsOf,
		folder: request.folder,
		timeoutSeconds: request.timeoutSeconds,
		signal: request.signal,
	} satisfies ProbeRunRequest);
}

/** The control of every yes and no: each family's canary, called from an extension, must be counted as often as called. */
function canaryClaims(families: readonly Family[]): readonly Claim[] {
	return canaries()
		.filter(({family}) => families.includes(family as Family))
		.map(({symbol, family}) => ({id: `canary/${family}`, symbol, route: 'extension', family: family as Family}));
}

function firstBySymbol({first}: Run): ReadonlyMap<string, FirstDefinition> {
	return new Map(
		overrides().flatMap(({slot, symbol}) => {
			const definition = first.get(slot);
			return definition === undefined ? [] : [[symbol, definition] as const];
		}),
	);
}

function slotsOf({symbol, family}: Claim): readonly number[] {
	const names: readonly string[] = symbol === family ? effects[symbol as keyof typeof effects].symbols : [symbol];
	return slotsNamed(names);
}

function countOf(claim: Claim, counting: Run, control: Run, request: CountedRequest): Counted {
	const taken = counting.taken.get(claim.id);
	const alone = control.taken.get(claim.id);
	if (taken === undefined || taken.outcome.kind === 'no-route') return unknown('the probe was not taken');
	if (taken.outcome.kind === 'failed') return unknown(blame(taken.outcome.reason, alone));
	const fault = broken(claim.family, counting);
	if (fault !== null) return unknown(fault);
	if (alone?.outcome.kind !== 'taken') return unknown('the control run without shims did not take the probe');
	if (alone.outcome.output !== taken.outcome.output) {
		return unknown(`the program printed ${taken.outcome.output} with the shim and ${alone.outcome.output} without it`);
	}
	const honored = difference(taken, 'honored', claim.route);
	const bypassed = countsEntries(claim, counting, request) ? difference(taken, 'bypassed', claim.route) : null;
	if (honored.kind === 'inexact') return unknown(honored.reason);
	if (bypassed?.kind === 'inexact') return unknown(bypassed.reason);
	return {
		kind: 'counted',
		honored: honored.calls,
		bypassed: bypassed === null ? null : bypassed.calls,
		made: madeBy(taken.outcome.made),
	};
}

/** How many calls our own object made in n rounds; null on a route that the interpreter takes. */
function madeBy(made: readonly number[] | null): number | null {
	return made === null ? null : (made[1] ?? 0) - (made[0] ?? 0);
}

/** Whether a count of 0 entries means that none was made: only where the ledger says that the counters were in place. */
function countsEntries({symbol}: Claim, {uncounted}: Run, {entries}: CountedRequest): boolean {
	return uncounted === null && entries?.symbols.has(symbol) === true;
}

function blame(reason: string, alone: Taken | undefined): string {
	const same = alone?.outcome.kind === 'failed' && alone.outcome.reason === reason;
	return same ? `${reason}, also without the shim` : reason;
}

/** Why no count of this family's shim can be believed; null where all is well. */
function broken(family: Family, run: Run): string | null {
	const bit = canaries().findIndex(canary => canary.family === family);
	if (((run.ready >> BigInt(bit)) & 1n) === 0n) {
		return `the shim of family ${family} did not load${run.stderr.trim() === '' ? '' : `: ${run.stderr.trim().split('\n')[0]}`}`;
	}
	const canary = run.taken.get(`canary/${family}`);
	if (canary?.outcome.kind !== 'taken') {
		return `the canary of family ${family} could not be called: ${canary?.outcome.kind === 'failed' ? canary.outcome.reason : 'it was not taken'}`;
	}
	const made = madeBy(canary.outcome.made) ?? 0;
	const seen = difference(canary, 'honored', 'extension');
	if (seen.kind === 'inexact') return `the canary of family ${family} was not counted: ${seen.reason}`;
	if (made === 0 || seen.calls.extension !== made) {
		return `the canary of family ${family} was counted ${seen.calls.extension} times for ${made} calls`;
	}
	return null;
}

/** A call that every process makes once: it is counted in phase 0, which is start-up and shutdown. */
function naturalCount(claim: Claim, counting: Run, request: CountedRequest): Counted {
	const fault = broken(claim.family, counting);
	if (fault !== null) return unknown(fault);
	const row = slotsOf(claim).map(slot => counting.startup[slot])[0];
	if (row === undefined) return unknown('the process was not counted');
	const bypassed = countsEntries(claim, counting, request) ? byCaller(row.bypassed) : null;
	return {
		kind: 'counted',
		honored: naturally.attribute(claim, byCaller(row.honored)),
		bypassed: bypassed === null ? null : naturally.attribute(claim, bypassed),
		made: null,
	};
}

function unknown(reason: string): Counted {
	return {kind: 'unknown', reason};
}

/** The loader tells of a preloaded object that it ignores in a line on standard error, and in no other way. */
function findingsOf({stderr, uncounted}: Run, {entries}: CountedRequest): readonly Finding[] {
	const ignored = stderr
		.split('\n')
		.filter(line => line.includes('LD_PRELOAD'))
		.map(line => ({kind: 'preload-ignored', message: line.trim()}));
	if (uncounted === null || entries === null || entries.symbols.size === 0) return ignored;
	const message = `Calls that enter the interpreter without an override are not counted: ${uncounted}.`;
	return [...ignored, {kind: 'entries-not-counted', message}];
}
