/** This file holds builds to a contract; of the rules that name a claim, the last decides. */

import type {InspectReport} from '../model/binding.js';
import {routes} from '../model/claim.js';
import {
	type Broken,
	type ClaimRule,
	type Contract,
	claimKey,
	type Expectation,
	type Held,
	type Placed,
	type Rule,
} from '../model/contract.js';
import type {Report} from '../model/report.js';
import {type ClaimReport, reportedClaims} from '../model/reported-claims.js';
import type {Cause, Prediction, Verdict} from '../model/verdict.js';
import {quote} from './decode.js';
import {contractError} from './fault.js';
import {claimPattern, namePattern} from './pattern.js';
import {staticClaims} from './static-claims.js';
import {checkWhole, type WholeBuild} from './whole-build.js';

/** Errors: SuiteError with line and column, where a pattern matches nothing or rules contradict each other. */
export function checkContract(report: Pick<Report, 'targets'>, contract: Contract): readonly Broken[] {
	return holdContract(report, contract).broken;
}

/** The same, with what is kept. */
export function holdContract({targets}: Pick<Report, 'targets'>, contract: Contract): Held {
	return checkAll(
		targets.map(target => ({
			id: target.id,
			object: target.interpreter.path,
			mode: target.binding.mode,
			claims: reportedClaims(target),
			exports: {
				names: target.functions.filter(({references}) => references !== null).map(({symbol}) => symbol),
				count: target.binding.functions,
			},
		})),
		contract,
	);
}

/** For any ELF object: what the static witness says of calls from inside it. */
export function checkInspected(files: readonly InspectReport[], contract: Contract): readonly Broken[] {
	return holdInspected(files, contract).broken;
}

/** The same, with what is kept. */
export function holdInspected(files: readonly InspectReport[], contract: Contract): Held {
	return checkAll(
		files.map(file => ({
			id: file.soname ?? file.path,
			object: file.path,
			mode: file.binding.mode,
			claims: [...staticClaims(file), ...absentClaims(file, files, contract)],
			exports: {names: file.symbols.map(({symbol}) => symbol), count: file.binding.functions},
		})),
		contract,
	);
}

/** What a rule names by its whole name, and none of the files exports: it is not there, whereas a pattern would be a slip of the pen. */
function absentClaims(file: InspectReport, files: readonly InspectReport[], {rules}: Contract): readonly ClaimReport[] {
	const exported = new Set(files.flatMap(({symbols}) => symbols.map(({symbol}) => symbol)));
	const asked = rules.filter(rule => rule.kind === 'claims' && !rule.optional).flatMap(asksOf(file));
	return [...new Set(asked)]
		.filter(symbol => !exported.has(symbol))
		.map(symbol => ({
			id: `${symbol}/interpreter`,
			symbol,
			route: 'interpreter',
			family: 'object-file',
			verdict: {kind: 'absent'},
		}));
}

/** The symbols without a pattern in a rule that is for the file. */
function asksOf({soname, path}: InspectReport): (rule: Rule) => readonly string[] {
	return rule => {
		if (rule.kind !== 'claims' || !matchesAny(rule.targets, namePattern, soname ?? path)) return [];
		return rule.claims.map(({value}) => value.replace(/\/interpreter$/, '')).filter(name => !/[*?/]/.test(name));
	};
}

interface Build extends WholeBuild {
	readonly claims: readonly ClaimReport[];
}

function checkAll(builds: readonly Build[], {rules, ended}: Contract): Held {
	for (const rule of rules) mustMatch(rule, builds);
	const deciding = new Set<Rule>();
	const kept = new Set<string>();
	const broken = builds.flatMap(build => checkBuild(build, rules, deciding, kept));
	for (const rule of rules) {
		if (rule.kind === 'claims' && !deciding.has(rule) && !rule.optional && builds.some(build => decides(rule, build))) {
			throw contractError(rule.place, 'the rule has no effect: rules below it decide every claim that it names');
		}
	}
	return {broken, kept, ended};
}

function checkBuild(build: Build, rules: readonly Rule[], deciding: Set<Rule>, kept: Set<string>): Broken[] {
	const own = rules.filter(({targets}) => matchesAny(targets, namePattern, build.id));
	const whole = own.flatMap(rule =>
		rule.kind === 'claims' ? [] : [{kind: rule.kind, broken: checkWhole(build, rule)}],
	);
	const matchers = own.filter(rule => rule.kind === 'claims').map(rule => ({rule, matches: claimMatcher(rule)}));
	for (const kind of ['binding', 'exports'] as const) {
		const some = whole.filter(one => one.kind === kind);
		if (some.length > 0 && some.every(({broken}) => broken.length === 0)) kept.add(claimKey(build.id, kind));
	}
	const untaken = own.filter(rule => rule.kind === 'claims').flatMap(rule => untakenRoutes(build, rule));
	const claims = build.claims.flatMap(claim => {
		const rule = decide(
			claim,
			matchers.filter(({matches}) => matches(claim)).map(({rule}) => rule),
		);
		if (rule === undefined) return [];
		deciding.add(rule);
		const broken = checkClaim(build, claim, rule);
		if (broken.length === 0 && rule.expect !== 'may-be-lost') kept.add(claimKey(build.id, claim.id));
		return broken;
	});
	return [...whole.flatMap(({broken}) => broken), ...untaken, ...claims];
}

/** A symbol that was tested, on a route that this build's test cannot take: what is expected was not seen. */
function untakenRoutes({id, object, claims}: Build, rule: ClaimRule): Broken[] {
	if (rule.optional || rule.expect !== 'honored') return [];
	return rule.claims
		.filter(({value}) => knownSymbol(value, claims) && !claims.some(claimPattern(value)))
		.map(({value, place}) => ({
			target: id,
			object,
			claim: value,
			symbol: null,
			route: null,
			expected: expected(rule),
			seen: null,
			because: null,
			severity: rule.severity,
			reason: rule.reason,
			place,
			undecided: false,
		}));
}

/** Whether some tested claim is about the pattern's symbol, and some route is the pattern's. */
function knownSymbol(pattern: string, claims: readonly ClaimReport[]): boolean {
	const [symbol = '', route = '*', ...more] = pattern.split('/');
	return more.length === 0 && routes.some(namePattern(route)) && claims.some(claimPattern(symbol));
}

/** The last rule; one that forbids what another asks for contradicts it, unless `may-be-lost` stands between. */
function decide(claim: ClaimReport, rules: readonly ClaimRule[]): ClaimRule | undefined {
	return rules.reduce<ClaimRule | undefined>((current, rule) => {
		if (current !== undefined && opposite(current.expect, rule.expect)) {
			throw contractError(
				rule.place,
				`the rule expects ${quote(claim.id)} ${rule.expect}, and the rule at line ${current.place.line} expects it ${current.expect}`,
			);
		}
		return rule;
	}, undefined);
}

function opposite(a: Expectation, b: Expectation): boolean {
	return a !== 'may-be-lost' && b !== 'may-be-lost' && (a === 'not-overridable') !== (b === 'not-overridable');
}

function checkClaim(build: Build, {id, symbol, route, verdict}: ClaimReport, rule: ClaimRule): Broken[] {
	const outcome = keeps(verdict, rule);
	if (outcome === 'kept') return [];
	return [
		{
			target: build.id,
			object: build.object,
			claim: id,
			symbol,
			route,
			expected: expected(rule),
			seen: verdict,
			because: causeOf(verdict),
			severity: rule.severity,
			reason: rule.reason,
			place: rule.place,
			undecided: outcome === 'undecided',
		},
	];
}

function keeps(verdict: Verdict, {expect, share}: ClaimRule): 'kept' | 'broken' | 'undecided' {
	if (expect === 'may-be-lost') return 'kept';
	const wanted = expect !== 'not-overridable';
	switch (verdict.kind) {
		case 'honored':
			return wanted ? 'kept' : 'broken';
		case 'partial':
			return wanted && verdict.calls / (verdict.calls + verdict.bypassed) >= share ? 'kept' : 'broken';
		case 'bypassed':
			return wanted ? 'broken' : 'kept';
		case 'uncalled':
			return uncalledKeeps(verdict['would-be'], expect) ? 'kept' : 'broken';
		case 'absent':
			return expect === 'honored' ? 'broken' : 'kept';
		case 'inconclusive':
			return 'undecided';
	}
}

/** A promise on calls that nobody made yet is kept where the references predict that it would be. */
function uncalledKeeps(wouldBe: Prediction | null, expect: Expectation): boolean {
	if (expect === 'honored-if-called') return wouldBe === null || wouldBe === 'honored';
	return expect === 'not-overridable' && (wouldBe === null || wouldBe === 'bypassed');
}

function expected({expect, share}: ClaimRule): string {
	const word = expect === 'honored-if-called' ? 'honored if called' : expect.replace('-', ' ');
	return share < 1 ? `${word}, for at least ${Number((100 * share).toFixed(2))}% of calls` : word;
}

function causeOf(verdict: Verdict): Cause | null {
	return verdict.kind === 'bypassed' || verdict.kind === 'partial' ? verdict.because : null;
}

function decides(rule: ClaimRule, {id, claims}: Build): boolean {
	return matchesAny(rule.targets, namePattern, id) && claims.some(claimMatcher(rule));
}

/** A pattern that matches nothing protects nothing: most often it is a slip of the pen. */
function mustMatch(rule: Rule, builds: readonly Build[]): void {
	if (rule.optional) return;
	const nothing = rule.targets.find(({value}) => !builds.some(({id}) => namePattern(value)(id)));
	if (nothing !== undefined) throw contractError(nothing.place, `no tested build matches ${quote(nothing.value)}`);
	if (rule.kind !== 'claims') return;
	const claims = builds.filter(({id}) => matchesAny(rule.targets, namePattern, id)).flatMap(build => build.claims);
	const unmatched = rule.claims.find(({value}) => !claims.some(claimPattern(value)) && !knownSymbol(value, claims));
	if (unmatched !== undefined)
		throw contractError(unmatched.place, `no tested claim matches ${quote(unmatched.value)}`);
	const found = rule.claims.length === 0 || rule.claims.some(({value}) => claims.some(claimPattern(value)));
	if (found && !claims.some(claimMatcher(rule))) throw contractError(rule.place, 'no tested claim matches the rule');
}

function claimMatcher({claims, families, routes: some}: ClaimRule): (claim: ClaimReport) => boolean {
	const patterns = claims.map(({value}) => claimPattern(value));
	const names = families.map(({value}) => namePattern(value));
	return claim =>
		(patterns.length === 0 || patterns.some(matches => matches(claim))) &&
		(names.length === 0 || names.some(matches => matches(claim.family))) &&
		(some.length === 0 || some.some(({value}) => value === claim.route));
}

function matchesAny(
	patterns: readonly Placed<string>[],
	compile: (pattern: string) => (name: string) => boolean,
	name: string,
): boolean {
	return patterns.length === 0 || patterns.some(({value}) => compile(value)(name));
}
