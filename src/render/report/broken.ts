/** This file writes what a contract comes to: kept n of n, or what is broken, grouped by cause and reason. */

import type {Broken, Held, Place} from '../../model/contract.js';
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
	return `${[...wrap(heldHeadline(held), columns, '  ').map(brush.bold), ...shown, ...rest].join('\n')}\n`;
}

/** More than a reader takes in; the machine formats have them all. */
const mostGroups = 20;
const mostNamed = 6;

/** `The contract is broken: 3 of 230 claims, and 1 could not be found out.` */
export function heldHeadline({broken, kept}: Held): string {
	const asked = broken.length + kept.size;
	const certain = broken.filter(({undecided}) => !undecided).length;
	const open = broken.length - certain;
	if (asked === 0) return 'Nothing was asked for: no rule of the contract holds any claim that was tested.';
	if (broken.length === 0) return `The contract is kept: ${grouped(kept.size)} of ${counted(asked, 'claim')}.`;
	const builds = counted(new Set(broken.map(({target}) => target)).size, 'build');
	const unknown = open === 0 ? '' : `, and ${grouped(open)} could not be found out`;
	if (certain === 0)
		return `Whether the contract is kept could not be found out for ${grouped(open)} of ${counted(asked, 'claim')} on ${builds}.`;
	return `The contract is broken: ${grouped(certain)} of ${counted(asked, 'claim')} on ${builds}${unknown}.`;
}

/** One sentence with everything in it, for annotations and test reports. */
export function brokenSentence({target, claim, expected, reason, ...rest}: Broken): string {
	return visible(`${claim} on ${target}: expected ${expected}, seen ${seenWords(rest.seen)}. ${reason}`);
}

export function seenWords(seen: Broken['seen']): string {
	if (seen === null) return 'nothing: it was not tested';
	if (typeof seen === 'string') return `${seen}: ${bindingWords[seen]}`;
	return `${seen.kind}: ${seen.kind === 'inconclusive' ? seen.because : verdictSentence(seen)}`;
}

export function placeText({file, line, column}: Place): string {
	return `${file}:${line}:${column}`;
}

/** What is expected, seen and caused alike on one build, by one rule. */
function groupsOf(broken: readonly Broken[]): readonly (readonly Broken[])[] {
	const groups = new Map<string, Broken[]>();
	for (const one of broken) {
		const {target, expected, because, reason, place, seen} = one;
		const kind = seen === null || typeof seen === 'string' ? String(seen) : seen.kind;
		const why =
			because ?? (seen !== null && typeof seen === 'object' && seen.kind === 'inconclusive' ? seen.because : '');
		const key = JSON.stringify([target, expected, kind, why, reason, place]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [one]);
		else group.push(one);
	}
	return [...groups.values()].sort((a, b) => Number(a[0]?.undecided) - Number(b[0]?.undecided) || b.length - a.length);
}

function groupLines(group: readonly Broken[], {columns, brush, show}: Space): readonly string[] {
	const [first] = group;
	if (first === undefined) return [];
	const names = firstOf(
		group.map(({claim}) => claim),
		mostNamed,
	);
	const title = `${group.length === 1 ? '' : `${counted(group.length, 'claim')}: `}${names} on ${first.target}`;
	return [
		...wrap(show(title), columns - 2, '  ').map(line => (first.undecided ? brush.yellow : brush.red)(`  ${line}`)),
		...rows(first, group.length).flatMap(([name, text]) => {
			const head = `${name}:`.padEnd(10);
			// A command stays whole, so that it can be copied.
			if (name === 'more') return [`    ${head}${show(text)}`];
			return wrap(`${head}${show(text)}`, columns - 4, ' '.repeat(10)).map(line => `    ${line}`);
		}),
	];
}

function rows(
	{expected, seen, because, reason, place, symbol, object}: Broken,
	count: number,
): (readonly [string, string])[] {
	return [
		['expected', expected],
		['seen', count === 1 ? seenWords(seen) : seenAlike(seen, because)],
		['reason', reason],
		...(place === null ? [] : [['rule', placeText(place)] as const]),
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
