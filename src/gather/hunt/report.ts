/** This file makes a hunt's report out of what was found in each unit, and one report out of several. */

import {knownTools} from '../../catalog/known-tools/known-tools.js';
import type {DefiningObject, HuntCounts, HuntReport, Interposer, PreloadSetter} from '../../model/hunt.js';
import {byCodeUnit} from '../../model/order.js';
import type {Findings, FoundObject} from './findings.js';

/** Adds what was found in one unit to what was found before. */
export function addFindings(sum: Findings, {counts, objects, launchers, interpreters, failures}: Findings): void {
	for (const key of Object.keys(counts) as (keyof HuntCounts)[]) sum.counts[key] += counts[key];
	sum.objects.push(...objects);
	sum.launchers.push(...launchers);
	sum.interpreters.push(...interpreters);
	sum.failures.push(...failures);
}

export function makeReport(found: Findings, frame: Pick<HuntReport, 'tool' | 'looked'>): HuntReport {
	const named = new Set(found.launchers.flatMap(({libraries}) => libraries.map(stem)));
	const objects = found.objects.map(object => judged(object, named));
	return {
		schema: 1,
		kind: 'hunt',
		...frame,
		counts: found.counts,
		interposers: sorted(objects.filter(({signs}) => signs.length > 0)),
		launchers: sorted(found.launchers, (a, b) => (a.line ?? 0) - (b.line ?? 0)),
		interpreters: [...found.interpreters].sort(byCodeUnit),
		others: sorted(objects.filter(({signs}) => signs.length === 0).map(withoutSigns)),
		failures: sorted(found.failures),
	};
}

/** A launcher of one shard may name the library of another. Errors: none; reports of other functions are told apart by whoever calls. */
export function mergeReports(reports: readonly HuntReport[]): HuntReport | null {
	const [first] = reports;
	if (first === undefined) return null;
	const all = <K extends 'launchers' | 'interpreters' | 'failures'>(key: K) =>
		reports.flatMap(report => report[key] as readonly unknown[]) as HuntReport[K][number][];
	const found: Findings = {
		counts: {files: 0, archives: 0, objects: 0, broken: 0, texts: 0},
		objects: reports.flatMap(({interposers, others}) => [...interposers.map(unnamed), ...others.map(unmarked)]),
		launchers: all('launchers') as PreloadSetter[],
		interpreters: all('interpreters') as string[],
		failures: onceEach(all('failures') as Findings['failures']),
	};
	for (const {counts} of reports) {
		for (const key of Object.keys(counts) as (keyof HuntCounts)[]) found.counts[key] += counts[key];
	}
	const texts = (pick: (report: HuntReport) => readonly string[]) =>
		[...new Set(reports.flatMap(pick))].sort(byCodeUnit);
	return makeReport(found, {
		tool: first.tool,
		looked: {...first.looked, paths: texts(({looked}) => looked.paths), shards: texts(({looked}) => looked.shards)},
	});
}

/** A folder that cannot be read fails in every shard. */
function onceEach(failures: Findings['failures']): Findings['failures'] {
	return [...new Map(failures.map(failure => [`${failure.place}\0${failure.message}`, failure])).values()];
}

function judged(object: FoundObject, named: ReadonlySet<string>): Interposer {
	const name = stem(object.place.replace(/^.*\//, ''));
	const signs = named.has(name) ? [...object.signs, 'named' as const] : object.signs;
	return {...object, signs, known: knownByFile.get(name) ?? null};
}

function unnamed({known: _, ...object}: Interposer): FoundObject {
	return {...object, signs: object.signs.filter(sign => sign !== 'named')};
}

function unmarked(object: DefiningObject): FoundObject {
	return {...object, signs: [], looksUp: []};
}

function withoutSigns({place, soname, libpython, libc}: Interposer): DefiningObject {
	return {place, soname, libpython, libc};
}

/** Without version, and without what Python adds to an extension's name. */
function stem(file: string): string {
	return file.replace(/(-[\d.]+)?(\.cpython-[^.]*|\.abi3)?\.so(\.\d+)*$/, '');
}

const knownByFile: ReadonlyMap<string, string> = new Map(
	knownTools.flatMap(({name, package: held}) =>
		held?.file == null ? [] : [[stem(held.file.replace(/^.*\//, '').replace('.cpython-*', '')), name] as const],
	),
);

function sorted<T extends {readonly place: string}>(things: readonly T[], then = (_a: T, _b: T) => 0): T[] {
	return things.toSorted((a, b) => byCodeUnit(a.place, b.place) || then(a, b));
}
