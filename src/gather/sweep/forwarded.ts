/**
 * This file leaves out what cannot be told from a forward: where a library that the user preloads defines a function as well, what it
 * forwards enters the real one from anywhere, by a call or by a jump, and is no call of the program.
 */

import {basename} from 'node:path';
import type {Finding} from '../../model/report.js';
import {readObjectFile} from '../../object/object-file.js';
import type {Environment} from '../../process/temporary.js';
import type {Shims, SweepCounts, SweepEntries, SweptInterpreter} from './shims.js';

type Counters = Pick<Shims, 'entries' | 'libc'>;

/** The functions that the libraries of the user's LD_PRELOAD define: they stand behind our overrides. */
export function forwardedBy({LD_PRELOAD = ''}: Environment, {told}: Pick<SweepCounts, 'told'>): ReadonlySet<string> {
	const names = LD_PRELOAD.split(/[ :]+/).filter(name => name !== '');
	const paths = told.loaded.map(({path}) => path);
	const loaded = paths.filter(path => names.some(name => name === path || basename(name) === basename(path)));
	return new Set(loaded.flatMap(exportedNames));
}

/** Entries of such a function say nothing. */
export function countable({entries, libc}: Counters, forwarded: ReadonlySet<string>): Counters {
	const without = (all: SweepEntries | null) =>
		all === null ? null : {...all, patched: all.patched.filter(symbol => !forwarded.has(symbol))};
	return {entries: without(entries), libc: libc === null ? null : {...libc, entries: without(libc.entries)}};
}

export function forwardFindings({slots}: Pick<SweptInterpreter, 'slots'>, forwarded: ReadonlySet<string>): Finding[] {
	const both = slots.map(({symbol}) => symbol).filter(symbol => forwarded.has(symbol));
	if (both.length === 0) return [];
	const message = `What you preload defines ${both.join(', ')} as well: calls past our override of it are not counted, for they may be what yours forwards.`;
	return [{kind: 'sweep-forwarded', message}];
}

function exportedNames(path: string): readonly string[] {
	const {dynamicSymbols} = readObjectFile(path).elf;
	return dynamicSymbols.filter(({defined, bind}) => defined && bind !== 'local').map(({name}) => name);
}
