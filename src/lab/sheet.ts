/** This file puts what was checked and what was measured of several builds into one sheet. Pure. */

import {SuiteError} from '../errors.js';
import type {BenchReport} from '../model/bench.js';
import type {Report, TargetReport} from '../model/report.js';
import {type ClaimReport, curatedClaims} from '../model/reported-claims.js';
import type {InternalCalls, LostClaim, Sheet, SheetRow} from '../model/sheet.js';
import {isOfLibc, workloadCalls, workloadTotals} from '../model/workload-totals.js';
import type {Built} from './record.js';
import {variants} from './variants.js';

export interface SheetInput {
	/** The base first. */
	readonly builds: readonly Built[];
	readonly report: Report;
	/** Its targets are named as the builds are. */
	readonly bench: BenchReport | null;
	/** What the loader maps of each build's interpreter, by path. */
	readonly bytes: ReadonlyMap<string, number>;
}

/** Errors: SuiteError for a build that could not be checked. */
export function makeSheet({builds, report, bench, bytes}: SheetInput): Sheet {
	const [base] = builds;
	if (base === undefined) throw new SuiteError('There is no build to report on.');
	const baseTarget = targetOf(base, report);
	return {
		schema: 1,
		python: base.version,
		quick: base.quick,
		base: base.name,
		rows: builds.map((build): SheetRow => {
			const target = targetOf(build, report);
			return {
				variant: build.name,
				summary: variants.find(({name}) => name === build.name)?.summary ?? build.flags.join(', '),
				compiler: build.compiler,
				commands: build.commands,
				speed: bench?.means.find(mean => mean.target === build.name) ?? null,
				bytes: bytes.get(build.interpreter) ?? 0,
				linkage: target.interpreter.linkage,
				mode: target.binding.mode,
				internal: internalCalls(target),
				lost: lostClaims(baseTarget, target),
				honored: curatedClaims(target).filter(({verdict}) => verdict.kind === 'honored').length,
			};
		}),
		bench,
	};
}

function targetOf({name, python}: Built, {targets, failures}: Report): TargetReport {
	const target = targets.find(target => target.executable === python);
	if (target !== undefined) return target;
	const why = failures.find(failure => failure.target === python)?.message ?? 'the check left it out';
	throw new SuiteError(`${name} could not be checked: ${why}`);
}

/** Null where calls past the override were not counted: what ran it is then no share of anything. */
export function internalCalls({functions}: TargetReport): InternalCalls | null {
	const totals = workloadTotals({functions}, 'interpreter');
	if (totals === null || totals.bypassed === null) return null;
	return {
		honored: totals.honored,
		bypassed: totals.bypassed,
		functions: totals.called,
		functionsHonored: functions.filter(
			one => !isOfLibc(one) && workloadCalls(one, 'interpreter').some(({honored}) => honored > 0),
		).length,
	};
}

/** A claim that could not be decided is not lost. */
function lostClaims(base: TargetReport, target: TargetReport): LostClaim[] {
	const now = new Map(curatedClaims(target).map(claim => [claim.id, claim]));
	return curatedClaims(base).flatMap((before): LostClaim[] => {
		const after = now.get(before.id);
		return after !== undefined && isLost(before, after) ? [{id: before.id, now: after.verdict.kind}] : [];
	});
}

function isLost(before: ClaimReport, after: ClaimReport): boolean {
	return before.verdict.kind === 'honored' && after.verdict.kind !== 'honored' && after.verdict.kind !== 'inconclusive';
}
