/** This file writes a contract from what holds today, small enough to read. */

import {families, type Route, routes} from '../model/claim.js';
import type {TargetReport} from '../model/report.js';
import {type ClaimReport, curatedClaims, reportedClaims} from '../model/reported-claims.js';
import type {Verdict} from '../model/verdict.js';

/**
 * The general rule first: whatever the interpreter exports stays overridable, by the callers of which nearly all calls are
 * honored. Then what is known to be called, family by family; then the odd ones by name; of several rules the last decides.
 */
export function writeContract(target: TargetReport): string {
	const reason = `Held on ${target.id} when this contract was written.`;
	const cells = cellsOf(curatedClaims(target));
	const whole = cells.filter(cell => cell.honored.length === cell.all.length);
	const mixed = mixedRules(cells.filter(cell => cell.honored.length < cell.all.length));
	const general = generalRoutes(target);
	const named = new Set(mixed.flatMap(({claims}) => claims));
	const odd = reportedClaims(target)
		.filter(({id, route, verdict}) => general.includes(route) && !wouldBeHonored(verdict) && !named.has(id))
		.map(({id}) => id);
	return [
		heading(target),
		...(general.length === 0 ? [] : [rulesText({routes: general, expect: 'honored-if-called', reason})]),
		...wholeRules(whole).map(rule => rulesText({...rule, expect: 'honored', reason})),
		...(odd.length === 0
			? []
			: [rulesText({claims: odd, expect: 'may-be-lost', reason: `Lost on ${target.id} already.`})]),
		...mixed.map(rule => rulesText({...rule, reason})),
		rulesText({binding: [target.binding.mode], reason}),
		'',
	].join('\n');
}

/** Those on which nine in ten of the functions that no probe calls are honored, or would be. */
function generalRoutes(target: TargetReport): readonly Route[] {
	const others = reportedClaims(target).filter(({family, route}) => family.endsWith('*') && route !== 'deepbind');
	return routes.filter(route => {
		const own = others.filter(claim => claim.route === route);
		return own.length > 0 && own.filter(({verdict}) => wouldBeHonored(verdict)).length >= 0.9 * own.length;
	});
}

function wouldBeHonored(verdict: Verdict): boolean {
	if (verdict.kind === 'uncalled') return verdict['would-be'] === null || verdict['would-be'] === 'honored';
	return verdict.kind === 'honored' || verdict.kind === 'absent';
}

function heading({id}: TargetReport): string {
	return [
		'# Which overrides this build keeps. Checked by: pyinterpose check --contract interpose.toml',
		`# Written from what held on ${oneLine(id)}. Keep the rules that matter, and give each the reason why it does.`,
		'schema = 1',
	].join('\n');
}

/** The claims of one family on one route. */
interface CellClaims {
	readonly family: string;
	readonly route: Route;
	readonly all: readonly ClaimReport[];
	readonly honored: readonly ClaimReport[];
	readonly partial: readonly ClaimReport[];
}

function cellsOf(claims: readonly ClaimReport[]): CellClaims[] {
	return families.flatMap(family =>
		routes.flatMap(route => {
			const all = claims.filter(claim => claim.family === family && claim.route === route);
			if (all.length === 0) return [];
			const of = (kind: string) => all.filter(({verdict}) => verdict.kind === kind);
			return [{family, route, all, honored: of('honored'), partial: of('partial')}];
		}),
	);
}

/** Families that are honored on the same routes share a rule. */
function wholeRules(cells: readonly CellClaims[]): {families: string[]; routes: string[]}[] {
	const byRoutes = new Map<string, {families: string[]; routes: string[]}>();
	for (const family of families) {
		const own = cells.filter(cell => cell.family === family).map(({route}) => route);
		if (own.length === 0) continue;
		const rule = byRoutes.get(own.join()) ?? {families: [], routes: own};
		rule.families.push(family);
		byRoutes.set(own.join(), rule);
	}
	return [...byRoutes.values()];
}

/** Symbols by name; those reached in part by the share that they have, rounded down. */
function mixedRules(cells: readonly CellClaims[]): {claims: string[]; expect: string; share?: number}[] {
	const honored = cells.flatMap(cell => cell.honored.map(({id}) => id));
	const byShare = new Map<number, string[]>();
	for (const {id, verdict} of cells.flatMap(cell => cell.partial)) {
		if (verdict.kind !== 'partial') continue;
		const share = Math.floor((20 * verdict.calls) / (verdict.calls + verdict.bypassed)) / 20;
		if (share > 0) byShare.set(share, [...(byShare.get(share) ?? []), id]);
	}
	return [
		...(honored.length === 0 ? [] : [{claims: honored, expect: 'honored'}]),
		...[...byShare].sort(([a], [b]) => b - a).map(([share, claims]) => ({claims, expect: 'honored', share})),
	];
}

function rulesText(rule: Readonly<Record<string, string | number | readonly string[]>>): string {
	return ['', '[[rule]]', ...Object.entries(rule).map(([key, value]) => `${key} = ${tomlValue(value)}`)].join('\n');
}

function tomlValue(value: string | number | readonly string[]): string {
	if (typeof value === 'number') return String(value);
	if (typeof value === 'string') return tomlText(value);
	const items = value.map(tomlText);
	const line = `[${items.join(', ')}]`;
	return line.length <= 100 ? line : `[\n${packed(items).join('\n')}\n]`;
}

/** As many to a line as fit. */
function packed(items: readonly string[]): readonly string[] {
	const lines: string[] = [];
	for (const item of items) {
		const last = lines.at(-1);
		if (last === undefined || last.length + item.length > 108) lines.push(`  ${item},`);
		else lines[lines.length - 1] = `${last} ${item},`;
	}
	return lines;
}

/** JSON's escapes are TOML's, but for lone surrogates and DEL, which no TOML text can hold. */
function tomlText(text: string): string {
	return JSON.stringify(text.replace(/\p{Cs}/gu, '\ufffd')).replaceAll('\u007f', '\\u007f');
}

function oneLine(text: string): string {
	return tomlText(text).slice(1, -1);
}
