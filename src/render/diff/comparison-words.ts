/** This file puts a comparison into words: the sentence on what was lost, and changes grouped by sort, cause and family. */

import {type BuildComparison, type Change, type Comparison, changeKinds, losses} from '../../model/comparison.js';
import {byCodeUnit} from '../../model/order.js';
import type {Verdict} from '../../model/verdict.js';
import {visible} from '../../model/visible.js';
import {counted, grouped, percent} from '../numbers.js';
import {routeLabels} from '../scope.js';
import {briefCauses, changeWords, routeWords} from '../words.js';

/** What was lost, in one sentence. */
export function comparisonSentence({before, after, reached, changes}: BuildComparison): string {
	const claims = changes.filter(({id}) => !id.startsWith('sweep:'));
	const lost = claims.filter(isLoss);
	const gained = claims.filter(({kind}) => kind === 'gained' || kind === 'share-rose');
	const swept = changes.filter(change => change.id.startsWith('sweep:') && isLoss(change));
	const parts = [
		lostClause(lost, reached, `from ${before.id} to ${after.id}`),
		...(swept.length === 0
			? []
			: [`the sweep lost ${counted(new Set(swept.map(({symbol}) => symbol)).size, 'function')}`]),
		...(gained.length === 0 ? [] : [`${counted(gained.length, 'override')} gained`]),
	];
	return `${parts.join('; ')}.`;
}

function lostClause(lost: readonly Change[], reached: number, where: string): string {
	if (lost.length === 0) return `No override is lost of ${grouped(reached)} that worked, ${where}`;
	const verb = lost.length === 1 ? 'override is' : 'overrides are';
	const names = lost.slice(0, 3).map(({id}) => id);
	const more = lost.length > names.length ? ` and ${grouped(lost.length - names.length)} more` : '';
	return `${grouped(lost.length)} of ${grouped(reached)} ${verb} lost ${where}${lossCauses(lost)}: ${names.join(', ')}${more}`;
}

export function isLoss({kind}: Change): boolean {
	return (losses as readonly string[]).includes(kind);
}

/** ` (38 bound by -Bsymbolic-functions, 4 no longer called)`. */
function lossCauses(lost: readonly Change[]): string {
	const counts = new Map<string, number>();
	for (const change of lost) counts.set(reason(change), (counts.get(reason(change)) ?? 0) + 1);
	const parts = [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b));
	if (parts.length === 0) return '';
	return ` (${parts.map(([why, count]) => (parts.length === 1 ? why : `${grouped(count)} ${why}`)).join(', ')})`;
}

/** Why, in few words; the share where it is one that changed. */
function reason({kind, after, because}: Change): string {
	if (after?.kind === 'uncalled') return kind === 'lost' ? 'inlined or no longer called' : 'no longer called';
	if (after?.kind === 'absent') return 'no longer exported';
	if (after?.kind === 'inconclusive') return after.because;
	return because === null || because === 'unknown' ? '' : briefCauses[because];
}

export interface ChangeSection {
	readonly title: string;
	readonly groups: readonly {readonly name: string; readonly members: readonly string[]}[];
}

/** By sort of change, then by cause and family; the largest group first. What only the sweep saw comes after all claims. */
export function changeGroups({changes}: BuildComparison): ChangeSection[] {
	const swept = changes.filter(({id}) => id.startsWith('sweep:'));
	const claims = changes.filter(({id}) => !id.startsWith('sweep:'));
	return [...sections(claims, ''), ...sections(swept, 'Swept functions, ')];
}

function sections(changes: readonly Change[], prefix: string): ChangeSection[] {
	return changeKinds
		.map(kind => ({kind, some: changes.filter(change => change.kind === kind)}))
		.filter(({some}) => some.length > 0)
		.map(({kind, some}) => {
			const groups = [...groupBy(some, groupName)].sort(([a, m], [b, n]) => n.length - m.length || byCodeUnit(a, b));
			const title = prefix === '' ? changeWords[kind] : prefix + changeWords[kind].toLowerCase();
			return {
				title: `${title}: ${grouped(some.length)}`,
				groups: groups.map(([name, members]) => ({name, members: membersOf(members)})),
			};
		});
}

function groupName(change: Change): string {
	// What kind of target it is decides which routes there are.
	if (change.kind === 'newly-tested' || change.kind === 'no-longer-tested') return `calls ${routeWords[change.route]}`;
	// Where the section's title gives the reason already, the group is the family.
	const why = change.kind.startsWith('newly-') && change.after?.kind !== 'inconclusive' ? '' : reason(change);
	return why === '' ? change.family : `${change.family}, ${why}`;
}

/** A symbol once, with its routes; the shares where those changed. */
function membersOf(changes: readonly Change[]): string[] {
	return [...groupBy(changes, ({symbol}) => symbol)].map(([symbol, some]) => {
		const id = some[0]?.id;
		const routes = some.map(({route, before, after}) => routeLabels[route] + shares(before, after));
		// Nearly all that the sweep sees is called from inside the interpreter.
		return id?.startsWith('sweep:') && routes.join() === routeLabels.interpreter
			? symbol
			: `${symbol} (${routes.join(', ')})`;
	});
}

function shares(before: Verdict | null, after: Verdict | null): string {
	if (before?.kind !== 'partial' && after?.kind !== 'partial') return '';
	return ` ${share(before)} to ${share(after)}`;
}

function share(verdict: Verdict | null): string {
	switch (verdict?.kind) {
		case 'honored':
			return '100%';
		case 'partial':
			return percent(verdict.calls, verdict.calls + verdict.bypassed);
		case 'bypassed':
			return '0%';
		case 'uncalled':
		case 'absent':
		case 'inconclusive':
		case undefined:
			return 'none';
	}
}

/** Different versions are compared by symbol, with a word of caution. */
export function caution({before, after}: BuildComparison): string {
	if (before.version === after.version) return '';
	return `The versions differ (${visible(before.version)} and ${visible(after.version)}): an override that is no longer called may be gone from the source rather than lost to the build.`;
}

export function unpaired({onlyBefore, onlyAfter}: Comparison): string[] {
	return [
		...(onlyBefore.length === 0 ? [] : [`Only in the first report: ${onlyBefore.join(', ')}.`]),
		...(onlyAfter.length === 0 ? [] : [`Only in the second report: ${onlyAfter.join(', ')}.`]),
	];
}

/** Map.groupBy, which Node 20 lacks. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const item of items) {
		const group = groups.get(key(item));
		if (group === undefined) groups.set(key(item), [item]);
		else group.push(item);
	}
	return groups;
}
