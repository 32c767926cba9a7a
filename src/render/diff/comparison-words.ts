/** This file puts a comparison into words: the sentence on what was lost, and changes grouped by sort, cause and caller. */

import {type ChangedFunction, changedFunctions, isGain, isLoss} from '../../model/changed-functions.js';
import {routes} from '../../model/claim.js';
import {
	type BuildComparison,
	type Change,
	type Comparison,
	changeKinds,
	haveOneBuildId,
} from '../../model/comparison.js';
import {groupBy} from '../../model/group-by.js';
import {byCodeUnit} from '../../model/order.js';
import type {Verdict} from '../../model/verdict.js';
import {visible} from '../../model/visible.js';
import {counted, firstOf, grouped, percent} from '../numbers.js';
import {routeLabels} from '../scope.js';
import {briefCauses, changeWords, routeWords} from '../words.js';

/** What was lost, in one sentence, counted in functions: a function is lost where some caller's calls are. */
export function comparisonSentence(build: BuildComparison): string {
	const {before, after, reached} = build;
	if (isSameBuild(build)) return `${after.id} is the same build in both reports: nothing is lost, nothing is gained.`;
	const where = `from ${before.id} to ${after.id}`;
	const functions = changedFunctions(build);
	const lost = functions.filter(({kind}) => isLoss(kind));
	const gained = functions.filter(({kind}) => isGain(kind)).length;
	const also = gained === 0 ? '' : `; ${counted(gained, 'function')} gained`;
	if (lost.length === 0) {
		return `LD_PRELOAD overrides of ${reached === 1 ? 'the 1 function' : `all ${counted(reached, 'function')}`} that worked still work, ${where}${also}.`.replace(
			'of all 0 functions that worked still work',
			'worked for no function before',
		);
	}
	const names = wellKnownFirst(lost).map(({symbol}) => symbol);
	return `LD_PRELOAD overrides of ${grouped(lost.length)} of ${counted(reached, 'function')} are lost ${where}${lossCauses(lost)}: ${firstOf(names, 3)}${also}.`;
}

function isSameBuild(build: BuildComparison): boolean {
	return build.changes.length === 0 && haveOneBuildId(build);
}

/** Those of the curated list: the family of another is its prefix, `PyErr*`. */
function wellKnownFirst(functions: readonly ChangedFunction[]): readonly ChangedFunction[] {
	const rank = ({family}: ChangedFunction) => Number(family.endsWith('*'));
	return [...functions].sort((a, b) => rank(a) - rank(b) || byCodeUnit(a.symbol, b.symbol));
}

/** ` (38 bound by -Bsymbolic-functions, 4 no longer exported)`. */
function lossCauses(lost: readonly ChangedFunction[]): string {
	const counts = [...groupBy(lost, ({changes}) => (changes[0] === undefined ? '' : reason(changes[0])))]
		.filter(([why]) => why !== '')
		.sort(([a, m], [b, n]) => n.length - m.length || byCodeUnit(a, b));
	if (counts.length === 0) return '';
	return ` (${counts.map(([why, some]) => (counts.length === 1 ? why : `${grouped(some.length)} ${why}`)).join(', ')})`;
}

/** Why, in few words. */
function reason({kind, after, because}: Change): string {
	if (after?.kind === 'uncalled') {
		if (kind !== 'lost') return 'no longer called';
		return after['would-be'] === null ? 'inlined or no longer called' : 'no longer called and bound';
	}
	if (after?.kind === 'absent') return 'no longer exported';
	if (after?.kind === 'inconclusive') return after.because;
	return because === null || because === 'unknown' ? '' : briefCauses[because];
}

export interface ChangeSection {
	readonly title: string;
	readonly groups: readonly {readonly name: string; readonly members: readonly string[]}[];
}

/** By sort of change, then by cause and callers; the largest group first. */
export function changeGroups(build: BuildComparison): ChangeSection[] {
	const functions = changedFunctions(build);
	return changeKinds
		.map(kind => ({kind, some: functions.filter(one => one.kind === kind)}))
		.filter(({some}) => some.length > 0)
		.map(({kind, some}) => {
			const groups = [...groupBy(some, groupName)].sort(([a, m], [b, n]) => n.length - m.length || byCodeUnit(a, b));
			return {
				title: `${changeWords[kind]}: ${counted(some.length, 'function')}`,
				groups: groups.map(([name, members]) => ({name, members: wellKnownFirst(members).map(memberText)})),
			};
		});
}

/** `called by interpreter, extension; bound by LTO`. */
function groupName({changes}: ChangedFunction): string {
	const [first] = changes;
	if (first === undefined) return '';
	const own = routes.filter(route => changes.some(change => change.route === route));
	const who = `called by ${own.map(route => routeLabels[route]).join(', ')}`;
	// Where the section's title gives the reason already, it is not said again.
	const why = first.kind.startsWith('newly-') && first.after?.kind !== 'inconclusive' ? '' : reason(first);
	if (first.kind === 'newly-tested' || first.kind === 'no-longer-tested')
		return own.length === 1 && own[0] !== undefined ? `calls ${routeWords[own[0]]}` : who;
	return why === '' ? who : `${who}; ${why}`;
}

/** The shares where those changed. */
function memberText({symbol, changes}: ChangedFunction): string {
	const texts = [...new Set(changes.map(({before, after}) => shares(before, after)))].filter(text => text !== '');
	return texts.length === 0 ? symbol : `${symbol} (${texts.join(', ')})`;
}

function shares(before: Verdict | null, after: Verdict | null): string {
	if (before?.kind !== 'partial' && after?.kind !== 'partial') return '';
	return `${share(before)} to ${share(after)}`;
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

/** Different versions are compared by symbol, and one build-id with itself, with a word of caution. */
export function caution(build: BuildComparison): string {
	const {before, after, changes} = build;
	if (haveOneBuildId(build) && changes.length > 0) {
		return `Both reports name the build-id ${before.buildId}: the file was changed after it was linked, or the two checks differ in more than the build.`;
	}
	if (before.version === after.version) return '';
	return `The versions differ (${visible(before.version)} and ${visible(after.version)}): an override that is no longer called may be gone from the source rather than lost to the build.`;
}

export function unpaired({onlyBefore, onlyAfter}: Comparison): string[] {
	return [
		...(onlyBefore.length === 0 ? [] : [`Only in the first report: ${onlyBefore.join(', ')}.`]),
		...(onlyAfter.length === 0 ? [] : [`Only in the second report: ${onlyAfter.join(', ')}.`]),
	];
}
