/** This file says what may stand in each place of a command line: a word of a closed set, a file, or anything. */

import {readHooks} from '../../gather/hooks.js';
import {variants} from '../../lab/variants.js';
import {routes} from '../../model/claim.js';
import {causes, verdictKinds} from '../../model/verdict.js';
import type {Command, Option} from '../command.js';
import {commonOptions} from '../options.js';

export type WordPlace =
	| {readonly kind: 'words'; readonly words: readonly string[]}
	| {readonly kind: 'files'}
	/** A word of an open set that is no file: a number, a piece of code. */
	| {readonly kind: 'anything'};

const files: WordPlace = {kind: 'files'};
const anything: WordPlace = {kind: 'anything'};

function symbolWords(): readonly string[] {
	return [...readHooks().keys()];
}

/** What may stand for an option's value; null for a flag. */
export function valuePlace({value, words}: Option): WordPlace | null {
	if (value === undefined) return null;
	if (words !== undefined) return {kind: 'words', words};
	if (value === 'PATTERN') {
		const hooks = [...readHooks().values()];
		return {kind: 'words', words: [...new Set(hooks.map(({family}) => family)), ...hooks.map(({symbol}) => symbol)]};
	}
	return fileValues.includes(value) ? files : anything;
}

const fileValues: readonly string[] = ['FILE', 'PATH', 'REPORT', 'TARGET'];

/** The first word after a command, and the others. */
export interface PositionalPlaces {
	readonly first: WordPlace;
	readonly others: WordPlace;
}

export function positionalPlaces({name, firstWords}: Command): PositionalPlaces {
	const first = firstWords === undefined ? {} : {first: words(...firstWords)};
	return {first: files, others: files, ...first, ...places[name]?.()};
}

const words = (...some: readonly string[]): WordPlace => ({kind: 'words', words: some});

/** What is neither a file nor, as the first, one of the command's own words. */
const places: Readonly<Record<string, () => Partial<PositionalPlaces>>> = {
	lab: () => ({others: words(...variants.map(({name}) => name))}),
	cache: () => ({others: anything}),
	completion: () => ({others: anything}),
	explain: () => ({first: words(...verdictKinds, ...causes, ...routes, ...symbolWords())}),
	man: () => ({first: anything, others: anything}),
};

const helpOption: Option = {name: 'help', short: 'h', help: 'what the command takes'};

/** The command's own options, and those of all. */
export function optionsOf({options}: Command): readonly Option[] {
	return [...options, ...commonOptions, helpOption];
}

export function optionNames({name, short}: Option): readonly string[] {
	return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** A word of a shell that holds the text as it is. */
export function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
