/** This file says in one sentence what a build honors: text that a packager can paste into a change proposal. */

import {effectFamilies, interpreterFamilies, libcFamilies} from '../../model/claim.js';
import {byCodeUnit} from '../../model/order.js';
import type {Report, TargetReport} from '../../model/report.js';
import {type ClaimReport, curatedClaims} from '../../model/reported-claims.js';
import {totalsOf} from '../../model/totals.js';
import {type Cause, type VerdictKind, verdictKinds} from '../../model/verdict.js';
import type {WorkloadTotals} from '../../model/workload-totals.js';
import {counted, grouped, percent} from '../numbers.js';
import {type Scope, scopeOf} from '../scope.js';
import {bindingWords, briefCauses} from '../words.js';
import {buildName} from './build-names.js';

/** The whole run in one line: `2 builds tested, 1 target could not be: 120 bypassed, 300 honored`. */
export function runHeadline({targets, failures, totals}: Report): string {
	const failed = failures.length === 0 ? '' : `, ${counted(failures.length, 'target')} could not be`;
	const kinds = kindCounts(totals, verdictKinds);
	return `${counted(targets.length, 'build')} tested${failed}${kinds === '' ? '' : `: ${kinds}`}`;
}

/** `honors 120 of 290 overrides called; 10 inconclusive, 160 bypassed, 24 bypassed by RTLD_DEEPBIND`. */
export function buildHeadline(target: TargetReport): string {
	const claims = curatedClaims(target);
	if (claims.length === 0) return 'was asked for no override';
	// RTLD_DEEPBIND passes every override by on every build: it says nothing of this one.
	const totals = totalsOf(ownClaims(claims));
	const deep = totalsOf(claims.filter(({route}) => scopeOf[route] === 'deepbind'));
	const rest = [
		kindCounts(
			totals,
			verdictKinds.filter(kind => kind !== 'honored'),
		),
		...(deep.bypassed > 0 ? [`${grouped(deep.bypassed)} bypassed by RTLD_DEEPBIND`] : []),
	].filter(part => part !== '');
	return `honors ${portion(totals.honored, calledOf(totals))} overrides called${rest.length === 0 ? '' : `; ${rest.join(', ')}`}`;
}

/** The claims that tell builds apart. */
export function ownClaims(claims: readonly ClaimReport[]): readonly ClaimReport[] {
	return claims.filter(({route}) => scopeOf[route] !== 'deepbind');
}

/** One sentence on one build: who made the call, and how many overrides it reached. */
export function buildSentence(target: TargetReport): string {
	const claims = curatedClaims(target);
	const clauses = [
		...scopeRows.map(row => scopeClause(claims, row)),
		...effectClauses(claims),
		outcomeClause(totalsOf(claims)),
	].filter(clause => clause !== '');
	const said = clauses.length === 0 ? 'no override was asked for' : clauses.join('; ');
	return `${buildName(target)}, ${interpreterWords(target)}: ${said}.`;
}

/** What overriding every exported function showed. */
export function sweepSentence({overridden, called, whole, honored, bypassed}: WorkloadTotals): string {
	const over = `With all ${grouped(overridden)} exported functions overridden at once`;
	if (bypassed === null) {
		return `${over}, ${grouped(called)} were called and ${counted(honored, 'call')} ran an override; calls past an override were not counted.`;
	}
	const made = honored + bypassed;
	return `${over}, ${portion(whole, called)} called functions were honored throughout, and ${portion(honored, made)} calls (${percent(honored, made)}).`;
}

type Totals = Readonly<Record<VerdictKind, number>>;

interface ScopeRow {
	readonly families: readonly string[];
	readonly scope: Scope;
	readonly calls: string;
}

const scopeRows: readonly ScopeRow[] = [
	{
		families: interpreterFamilies,
		scope: 'inside',
		calls: "calls from inside the interpreter reach % overrides of Python's functions",
	},
	{
		families: interpreterFamilies,
		scope: 'outside',
		calls: 'calls from outside it (executable, extension modules, dlsym) reach %',
	},
	{families: libcFamilies, scope: 'inside', calls: 'calls from the interpreter to libc reach %'},
	{families: libcFamilies, scope: 'outside', calls: 'other calls to libc reach %'},
	{
		families: libcFamilies,
		scope: 'deepbind',
		calls: 'calls to libc from extension modules opened with RTLD_DEEPBIND reach %',
	},
];

function scopeClause(claims: readonly ClaimReport[], {families, scope, calls}: ScopeRow): string {
	const within = claims.filter(({family, route}) => families.includes(family) && scopeOf[route] === scope);
	const totals = totalsOf(within);
	if (calledOf(totals) === 0) return '';
	const exceptions = [...(totals.partial > 0 ? [`${grouped(totals.partial)} in part`] : []), ...causesOf(within)];
	const why = exceptions.length === 0 ? '' : ` (${exceptions.join(', ')})`;
	return calls.replace('%', portion(totals.honored, calledOf(totals))) + why;
}

/** A replaced result that Python shows proves that an override took effect. */
function effectClauses(claims: readonly ClaimReport[]): string[] {
	const effects = claims.filter(({family}) => (effectFamilies as readonly string[]).includes(family));
	const names = (kinds: readonly VerdictKind[]) =>
		effects
			.filter(({verdict}) => kinds.includes(verdict.kind))
			.map(({id}) => id)
			.join(', ');
	const yes = names(['honored']);
	const no = names(['bypassed', 'partial']);
	return [
		yes === '' ? '' : `a replaced result took effect (${yes})`,
		no === '' ? '' : `a replaced result did not take effect throughout (${no})`,
	];
}

function outcomeClause({uncalled, absent, inconclusive}: Totals): string {
	const parts = [
		...(uncalled > 0 ? [`${grouped(uncalled)} not called by this build`] : []),
		...(absent > 0 ? [`${grouped(absent)} not in this version`] : []),
		...(inconclusive > 0 ? [`${grouped(inconclusive)} could not be found out`] : []),
	];
	return parts.length === 0 ? '' : `of those tested, ${parts.join(', ')}`;
}

function interpreterWords({interpreter, binding}: TargetReport): string {
	if (interpreter.linkage === 'static') return 'the interpreter within the executable';
	return `${interpreter.soname ?? 'libpython'} ${bindingWords[binding.mode]}`;
}

function calledOf({honored, partial, bypassed}: Totals): number {
	return honored + partial + bypassed;
}

/** `none of 52`, `all 52`, `12 of 52`. */
function portion(part: number, whole: number): string {
	if (part === 0) return whole === 0 ? 'none' : `none of ${grouped(whole)}`;
	if (part === 1 && whole === 1) return 'the one';
	return part === whole ? `all ${grouped(whole)}` : `${grouped(part)} of ${grouped(whole)}`;
}

/** `120 bypassed, 300 honored`, leaving out what did not occur. */
function kindCounts(totals: Totals, kinds: readonly VerdictKind[]): string {
	return kinds
		.filter(kind => totals[kind] > 0)
		.map(kind => `${grouped(totals[kind])} ${kind}`)
		.join(', ');
}

/** The causes, the most frequent first, with how many claims each explains where there are several. */
function causesOf(claims: readonly ClaimReport[]): string[] {
	const counts = new Map<Cause, number>();
	for (const {verdict} of claims) {
		if (verdict.kind === 'partial' || verdict.kind === 'bypassed') {
			counts.set(verdict.because, (counts.get(verdict.because) ?? 0) + 1);
		}
	}
	return [...counts]
		.sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b))
		.map(([cause, count]) => (counts.size === 1 ? briefCauses[cause] : `${grouped(count)} ${briefCauses[cause]}`));
}
