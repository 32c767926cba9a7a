/** This file knows under which other names glibc's headers have a program call a function. */

export interface Twin {
	readonly name: string;
	/** Finishes "an override of f alone misses calls of …, ". */
	readonly why: string;
}

/** Those of the given names that calls of `symbol` in source code may have become. */
export function twinsAmong(symbol: string, names: ReadonlySet<string>): readonly Twin[] {
	return spellings.map(({spell, why}) => ({name: spell(symbol), why})).filter(({name}) => names.has(name));
}

const fortified = 'its fortified twin, which -D_FORTIFY_SOURCE calls where it knows how large a buffer is';

const spellings: readonly {readonly why: string; spell(symbol: string): string}[] = [
	{spell: symbol => `__${symbol}_chk`, why: fortified},
	{spell: symbol => `__${symbol}_2`, why: 'its fortified twin for calls with two arguments'},
	{spell: symbol => `${symbol}64`, why: 'its twin for large files, which -D_FILE_OFFSET_BITS=64 calls'},
	{spell: symbol => `__isoc99_${symbol}`, why: 'its twin of the C99 standard'},
	{spell: symbol => `__isoc23_${symbol}`, why: 'its twin of the C23 standard'},
	{spell: symbol => `__x${symbol}`, why: 'its twin before glibc 2.33'},
];
