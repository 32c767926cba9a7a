/** This file judges what was gathered on a preload library: for each of its functions and each caller, what became of the calls. */

import {
	type AuditedBuild,
	type AuditedCaller,
	type AuditedCalls,
	type AuditedFunction,
	type AuditVerdict,
	auditedCallers,
} from '../model/audit.js';
import type {AuditEvidence, CallPath, Expected, OverrideEvidence, Tally} from '../model/audit-evidence.js';
import type {Cause, Prediction} from '../model/verdict.js';

type Judged = Pick<
	AuditedBuild,
	'order' | 'functions' | 'own' | 'missing' | 'expectation' | 'broken' | 'findings' | 'inconclusive'
>;

/** `order` tells which library of the report each one of the evidence is. */
export function judgeAudit(evidence: AuditEvidence, order: readonly number[], expected: Expected | null): Judged {
	return {
		order,
		functions: evidence.functions.map(one => judgeOverride(one, order)),
		own: evidence.own,
		missing: evidence.missing,
		expectation: expected === null ? null : {...expected, kept: isKept(expected)},
		broken: evidence.broken,
		findings: evidence.findings,
		inconclusive: evidence.inconclusive,
	};
}

/** True under the libraries, and false without them: else it says nothing of them. */
function isKept({under, without}: Expected): boolean {
	return under.kind === 'value' && under.truth && without.kind === 'value' && !without.truth;
}

function judgeOverride(evidence: OverrideEvidence, order: readonly number[]): AuditedFunction {
	const {symbol, version, library, definedBy, references, uncounted, tallies, chain} = evidence;
	const aside = tallies.filter(tally => isAside(tally));
	return {
		symbol,
		version,
		library: order[library] ?? library,
		definedBy: definedBy.map(({role, name}) => (role === 'library' ? name : role)),
		references,
		calls: chain === null ? auditedCallers.flatMap(caller => callsOf(caller, evidence) ?? []) : [],
		chain:
			chain === null ? null : {...chain, behind: order[chain.behind] ?? chain.behind, verdict: chainVerdict(chain)},
		aside: {reached: sum(aside, 'reached'), passed: sum(aside, 'passed')},
		forwarded: sum(tallies, 'forwarded'),
		uncounted: uncounted.own ?? uncounted.real,
	};
}

/** What the program did not call: libc and the libraries did, or the function itself, or its twin. */
function isAside({caller, how}: Tally): boolean {
	return !auditedCallers.some(one => one === caller) || how === 'recursive' || how === 'folded';
}

function chainVerdict({made, passedOn}: NonNullable<OverrideEvidence['chain']>): AuditVerdict {
	if (made === 0) return {kind: 'uncalled', 'would-be': null, because: null};
	if (passedOn >= made) return {kind: 'honored'};
	return {kind: passedOn === 0 ? 'bypassed' : 'partial', because: 'other-object-defines-it'};
}

/** Null where nothing is known of such calls: none was made, and nothing refers to the function. */
function callsOf(caller: AuditedCaller, evidence: OverrideEvidence): AuditedCalls | null {
	const {tallies, uncounted, definedBy} = evidence;
	if (definedBy.length === 0) return null;
	const own = tallies.filter(tally => tally.caller === caller && !isAside(tally));
	const honored = sum(own, 'reached');
	const passing = own.filter(({passed, how}) => passed > 0 && how !== 'address-or-jump');
	const unsure = sum(own, 'passed') - sum(passing, 'passed');
	const bypassed = uncounted.own === null && uncounted.real === null ? sum(passing, 'passed') : null;
	if (
		honored + unsure + (bypassed ?? 0) === 0 &&
		evidence.loader[caller] === null &&
		referencesOf(caller, evidence) === null
	)
		return null;
	const verdict = verdictOf(caller, honored, bypassed, passing, evidence);
	const isOpen = unsure > 0 && (verdict.kind === 'honored' || verdict.kind === 'uncalled');
	return {caller, honored, bypassed, unsure, verdict: isOpen ? unsureVerdict(unsure) : verdict};
}

/** Such a call passes the library by in any case, but another caller may have made it. */
function unsureVerdict(unsure: number): AuditVerdict {
	const calls = unsure === 1 ? 'one call' : `${unsure} calls`;
	return {
		kind: 'inconclusive',
		because: `of ${calls} the call site does not tell who made them: by an address, or by a jump of another`,
	};
}

function verdictOf(
	caller: AuditedCaller,
	honored: number,
	bypassed: number | null,
	passing: readonly Tally[],
	evidence: OverrideEvidence,
): AuditVerdict {
	const references = referencesOf(caller, evidence);
	const loader = evidence.loader[caller];
	if (bypassed === null) return byTheLoader(honored, evidence, caller);
	if (honored === 0 && bypassed === 0) {
		const predicted = predict(references, loader, evidence);
		const because = predicted === 'honored' || predicted === null ? null : boundCause(caller, evidence);
		return {kind: 'uncalled', 'would-be': predicted, because};
	}
	if (bypassed > 0) {
		const because = causeOf(caller, busiest(passing), evidence);
		return {kind: honored > 0 ? 'partial' : 'bypassed', because};
	}
	if (references !== null && references.bound > 0) return {kind: 'partial', because: boundCause(caller, evidence)};
	return {kind: 'honored'};
}

/** Where entries could not be counted, the loader's word stands in: it says which definition each object got. */
function byTheLoader(honored: number, evidence: OverrideEvidence, caller: AuditedCaller): AuditVerdict {
	const {loader, uncounted, lookedUp} = evidence;
	const word = loader[caller];
	const reason = `its calls could not all be counted (${uncounted.own ?? uncounted.real})`;
	const isWhole = word !== null && word.toOther === 0;
	if (!isWhole) return {kind: 'inconclusive', because: reason};
	if (lookedUp) return {kind: 'inconclusive', because: `${reason}; the program asked for it on a handle, too`};
	if (uncounted.own !== null) {
		return {kind: 'inconclusive', because: `${reason}; the loader gives the library's definition to all that name it`};
	}
	return honored > 0 ? {kind: 'honored'} : {kind: 'uncalled', 'would-be': 'honored', because: null};
}

function referencesOf(caller: AuditedCaller, {references}: OverrideEvidence): OverrideEvidence['references'] {
	return caller === 'interpreter' ? references : null;
}

function predict(
	references: OverrideEvidence['references'],
	loader: OverrideEvidence['loader'][AuditedCaller],
	{definedBy}: OverrideEvidence,
): Prediction | null {
	const lost = loader === null ? (definedBy[0]?.executable ?? false) : loader.toLibrary === 0;
	const [preemptible, bound] =
		references === null ? [loader === null ? 0 : 1, 0] : [references.preemptible, references.bound];
	if (preemptible + bound === 0) return null;
	if (preemptible === 0 || lost) return 'bypassed';
	return bound > 0 || (loader?.toOther ?? 0) > 0 ? 'partial' : 'honored';
}

function busiest(tallies: readonly Tally[]): CallPath {
	return [...tallies].sort((a, b) => b.passed - a.passed)[0]?.how ?? 'named';
}

function causeOf(caller: AuditedCaller, how: CallPath, evidence: OverrideEvidence): Cause {
	if (evidence.definedBy.some(({executable}) => executable)) return 'executable-defines-it';
	if (how === 'handle') return 'handle';
	if (caller === 'interpreter' && how !== 'address' && evidence.cause !== null) return evidence.cause;
	// A library that is no extension has its addresses from anywhere.
	if (how === 'address') return caller === 'library' ? 'unknown' : 'handed-out-address';
	const word = evidence.loader[caller];
	if (how === 'named' && word !== null && word.toOther > 0) return elsewhere(caller, evidence);
	return 'unknown';
}

/** Why the loader gave a name to another definition than the library's. */
function elsewhere(caller: AuditedCaller, {loader}: OverrideEvidence): Cause {
	if ((loader[caller]?.byVersion ?? 0) > 0) return 'version';
	// Where others get the library's, the one that does not looks elsewhere first.
	const others = auditedCallers.some(caller => (loader[caller]?.toLibrary ?? 0) > 0);
	return others ? 'deepbind' : 'other-object-defines-it';
}

function boundCause(caller: AuditedCaller, evidence: OverrideEvidence): Cause {
	if (evidence.definedBy.some(({executable}) => executable)) return 'executable-defines-it';
	if (evidence.loader[caller]?.toLibrary === 0) return elsewhere(caller, evidence);
	return evidence.cause ?? 'unknown';
}

function sum(tallies: readonly Tally[], what: 'reached' | 'passed' | 'forwarded'): number {
	return tallies.reduce((total, tally) => total + tally[what], 0);
}
