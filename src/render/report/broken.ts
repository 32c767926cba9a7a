/** This file writes what a contract comes to: kept n of n, or what is broken, grouped by cause and reason. */

import type {Broken, EndedRule, Held, Place} from '../../model/contract.js';
import {groupBy} from '../../model/group-by.js';
import {visible} from '../../model/visible.js';
import {counted, firstOf, grouped} from '../numbers.js';
import {shellWord} from '../shell-word.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';
import {bindingWords, briefCauses, verdictSentence} from '../words.js';

/** The headline first; then a block for what is broken alike. */
export function renderHeld(held: Held, options: TerminalOptions): string {
	const terminal = space(options);
	const {columns, brush} = terminal;
	const groups = groupsOf(held.broken);
	const shown = groups.slice(0, mostGroups).flatMap(group => ['', ...groupLines(group, terminal)]);
	const more = groups.length - mostGroups;
	const rest = more > 0 ? ['', `and ${counted(more, 'other group')}, which the other formats list.`] : [];
	return `${[...wrap(heldHeadline(held), columns, '  ').map(brush.bold), ...endedLines(held.ended, terminal), ...shown, ...rest].join('\n')}\n`;
}

/** More than a reader takes in; the machine formats have them all. */
const mostGroups = 20;
const mostNamed = 6;

/** `The contract is broken: 3 of 230 claims on 1 build, and 1 could not be found out.` */
export function heldHeadline({broken, kept}: Held): string {
	const asked = broken.length + kept.size;
	if (asked === 0) return 'Nothing was asked for: no rule of the contract holds any claim that was tested.';
	const errors = broken.filter(({severity}) => severity === 'error');
	const warnings = broken.length - errors.length;
	const beside = warnings === 0 ? '' : `, with ${counted(warnings, 'warning')}`;
	if (broken.length === 0) return `The contract is kept: ${grouped(kept.size)} of ${counted(asked, 'claim')}.`;
	if (errors.length === 0)
		return `No error against the contract, but ${counted(warnings, 'warning')}: ${grouped(kept.size)} of ${counted(asked, 'claim')} kept.`;
	const certain = errors.filter(({undecided}) => !undecided).length;
	const open = errors.length - certain;
	const builds = counted(new Set(errors.map(({target}) => target)).size, 'build');
	const unknown = open === 0 ? '' : `, and ${grouped(open)} could not be found out`;
	if (certain === 0)
		return `Whether the contract is kept could not be found out for ${grouped(open)} of ${counted(asked, 'claim')} on ${builds}${beside}.`;
	return `The contract is broken: ${grouped(certain)} of ${counted(asked, 'claim')} on ${builds}${unknown}${beside}.`;
}

/** `interpose.toml:3:1: the rule ended with 2026-10-31 and holds nothing any more: …` */
export function endedSentence({place, until, reason}: EndedRule): string {
	return visible(
		`${placeText(place)}: the rule ended with ${until} and holds nothing any more: take it out, or give it a later day. ${reason}`,
	);
}

function endedLines(ended: readonly EndedRule[], {columns, brush, show}: Space): readonly string[] {
	const more = ended.length - mostGroups;
	return [
		...ended.slice(0, mostGroups).flatMap(one => wrap(show(endedSentence(one)), columns, '  ').map(brush.yellow)),
		...(more > 0 ? [brush.yellow(`and ${counted(more, 'other rule')} ended.`)] : []),
	];
}

/** One sentence with everything in it, for annotations and test reports. */
export function brokenSentence({target, claim, expected, reason, ...rest}: Broken): string {
	return visible(`${claim} on ${target}: expected ${expected}, seen ${seenWords(rest.seen)}. ${reason}`);
}

export function seenWords(seen: Broken['seen']): string {
	if (seen === null) return 'nothing: it was not tested';
	if (seen === 'exported') return 'exported under a name that matches no pattern';
	if (typeof seen === 'string') return `${seen}: ${bindingWords[seen]}`;
	return `${seen.kind}: ${seen.kind === 'inconclusive' ? seen.because : verdictSentence(seen)}`;
}

/** Where the rule stands, and that it only warns. */
export function ruleText({place, severity}: Pick<Broken, 'place' | 'severity'>): string {
	const words = [...(place === null ? [] : [placeText(place)]), ...(severity === 'warning' ? ['(warning)'] : [])];
	return words.join(' ');
}

function placeText({file, line, column}: Place): string {
	return `${file}:${line}:${column}`;
}

/** What is expected, seen and caused alike on one build, by one rule. */
function groupsOf(broken: readonly Broken[]): readonly (readonly Broken[])[] {
	const groups = groupBy(broken, ({target, expected, because, reason, place, seen}) => {
		const kind = seen === null || typeof seen === 'string' ? String(seen) : seen.kind;
		const why =
			because ?? (seen !== null && typeof seen === 'object' && seen.kind === 'inconclusive' ? seen.because : '');
		return JSON.stringify([target, expected, kind, why, reason, place]);
	});
	const rank = ([first]: readonly Broken[]) => 2 * Number(first?.severity === 'warning') + Number(first?.undecided);
	return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.length - a.length);
}

function groupLines(group: readonly Broken[], {columns, brush, show}: Space): readonly string[] {
	const [first] = group;
	if (first === undefined) return [];
	const names = firstOf(
		group.map(({claim}) => claim),
		mostNamed,
	);
	const title = `${group.length === 1 ? '' : `${counted(group.length, 'claim')}: `}${names} on ${first.target}`;
	const paint = first.undecided || first.severity === 'warning' ? brush.yellow : brush.red;
	return [
		...wrap(show(title), columns - 2, '  ').map(line => paint(`  ${line}`)),
		...rows(first, group.length).flatMap(([name, text]) => {
			const head = `${name}:`.padEnd(10);
			// A command stays whole, so that it can be copied.
			if (name === 'more') return [`    ${head}${show(text)}`];
			return wrap(`${head}${show(text)}`, columns - 4, ' '.repeat(10)).map(line => `    ${line}`);
		}),
	];
}

function rows(
	{expected, seen, because, reason, place, severity, symbol, object}: Broken,
	count: number,
): (readonly [string, string])[] {
	return [
		['expected', expected],
		['seen', count === 1 ? seenWords(seen) : seenAlike(seen, because)],
		['reason', reason],
		...(place === null ? [] : [['rule', ruleText({place, severity})] as const]),
		...(symbol === null ? [] : [['more', `pyinterpose explain ${shellWord(symbol)} ${shellWord(object)}`] as const]),
	];
}

/** Of several claims the numbers differ, the cause does not. */
function seenAlike(seen: Broken['seen'], because: Broken['because']): string {
	if (seen === null || typeof seen === 'string' || seen.kind === 'inconclusive') return seenWords(seen);
	if (seen.kind === 'uncalled' && seen['would-be'] !== null)
		return `uncalled, and by its references would be ${seen['would-be']}`;
	return because === null ? seen.kind : `${seen.kind}: calls ${briefCauses[because]}`;
}
