/** This file writes what of a contract is broken: claim, expected, seen, why, the reason that it matters, and where to look. */

import type {Broken, Place} from '../../model/contract.js';
import {visible} from '../../model/visible.js';
import {counted, grouped} from '../numbers.js';
import {shellWord} from '../shell-word.js';
import {space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';
import {bindingWords, verdictSentence} from '../words.js';

export function renderBroken(broken: readonly Broken[], options: TerminalOptions): string {
	const {columns, brush, show} = space(options);
	if (broken.length === 0) return `${brush.bold('The contract is kept.')}\n`;
	const shown = broken.slice(0, most).flatMap(one => [
		'',
		...wrap(`${show(`${one.claim} on ${one.target}`)}`, columns, '  ').map(one.undecided ? brush.yellow : brush.red),
		...rows(one).flatMap(([name, text]) =>
			// A command stays whole, so that it can be copied.
			name === 'more'
				? [`  ${'more:'.padEnd(10)}${show(text)}`]
				: wrap(`${`${name}:`.padEnd(10)}${show(text)}`, columns - 2, ' '.repeat(10)).map(line => `  ${line}`),
		),
	]);
	const rest =
		broken.length > most ? ['', `and ${grouped(broken.length - most)} more, which the other formats list.`] : [];
	return `${[brush.bold(brokenHeadline(broken)), ...shown, ...rest].join('\n')}\n`;
}

/** More than a reader takes in; the machine formats have them all. */
const most = 40;

/** `The contract is broken: 3 claims on 1 build, and 1 could not be found out.` */
export function brokenHeadline(broken: readonly Broken[]): string {
	const certain = broken.filter(({undecided}) => !undecided);
	const open = broken.length - certain.length;
	if (broken.length === 0) return 'The contract is kept.';
	const builds = counted(new Set(broken.map(({target}) => target)).size, 'build');
	if (certain.length === 0)
		return `Whether the contract is kept could not be found out: ${counted(open, 'claim')} on ${builds}.`;
	return `The contract is broken: ${counted(certain.length, 'claim')} on ${builds}${open === 0 ? '' : `, and ${grouped(open)} could not be found out`}.`;
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

function rows({expected, seen, reason, place, symbol, object}: Broken): (readonly [string, string])[] {
	return [
		['expected', expected],
		['seen', seenWords(seen)],
		['reason', reason],
		...(place === null ? [] : [['rule', placeText(place)] as const]),
		...(symbol === null ? [] : [['more', `pyinterpose explain ${shellWord(symbol)} ${shellWord(object)}`] as const]),
	];
}
