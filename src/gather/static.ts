/** This file is the static witness: what the ELF file of an interpreter shows of the references to its functions. */

import {type Kept, keptByContent, keptByFile, keptOr} from '../cache/by-file.js';
import {ElfError, SuiteError} from '../errors.js';
import type {InspectReport, InspectSummary, Reach, StaticWitness, SymbolReferences} from '../model/binding.js';
import {readObjectFile} from '../object/object-file.js';
import {allOf} from '../process/at-once.js';
import {gatherInlined} from './inlined.js';
import {type InlinedEvidence, inlinedPlaces, inlinedTotals} from './inlined-evidence.js';
import type {StaticResult} from './static-result.js';

export interface StaticOptions {
	/** Tells where results are kept; without it they are not. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Whether inlined copies are told of: all debug information is read for them, where they are not kept. Yes by default. */
	readonly inlined?: boolean;
}

/** Errors: SuiteError with the path for a file that cannot be read, is no ELF object, or is for another machine. */
export async function gatherStatic(
	path: string,
	{env = {}, inlined: wantsInlined = true}: StaticOptions = {},
): Promise<StaticWitness> {
	return namingPath(path, async () => {
		// Begun together: each looks at the file's times before anything is read, and a second thread has begun before this one goes on.
		const [inlined, found] = await allOf([wantsInlined ? gatherInlined(path, env) : notAsked, find(path, env)]);
		return toWitness(path, found, inlined);
	});
}

/** What is known before debug information was read, which takes as long as all else. */
export interface EarlyWitness {
	/** Without inlined copies. */
	readonly early: StaticWitness;
	readonly whole: Promise<StaticWitness>;
}

/** As `gatherStatic`. */
export async function gatherEarly(path: string, env: NonNullable<StaticOptions['env']>): Promise<EarlyWitness> {
	return namingPath(path, async () => {
		const inlined = gatherInlined(path, env);
		// Whoever waits for them is told.
		inlined.catch(() => {});
		const found = await find(path, env);
		const whole = namingPath(path, async () => toWitness(path, found, await inlined));
		whole.catch(() => {});
		return {early: toWitness(path, found, notYet), whole};
	});
}

/** Errors of the work name the path. */
export async function namingPath<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof ElfError) throw new SuiteError(`${path}: ${error.message}.`, {hint: error.hint, cause: error});
		// What cannot be read names its path already.
		if (!(error instanceof SuiteError) || error.message.includes(path)) throw error;
		throw new SuiteError(`${path}: ${error.message}`, {hint: error.hint, cause: error});
	}
}

const notYet: InlinedEvidence = {kind: 'unknown', reason: 'debug information is being read'};
const notAsked: InlinedEvidence = {kind: 'unknown', reason: 'inlined copies were not asked for'};

/** The same without a line for each function: what a terminal is told. Kept by itself, because it is small. */
export async function gatherSummary(path: string, {env = {}}: StaticOptions = {}): Promise<InspectSummary> {
	const kept = keptByFile<Omit<InspectSummary, 'path' | 'inlined'>>(path, 'summary', env);
	const known = kept.get();
	if (known !== undefined) return {path, ...known, inlined: inlinedTotals(await gatherInlined(path, env))};
	const {path: _, inlined, ...summary} = summaryOf((await gatherStatic(path, {env})).report);
	kept.set(summary);
	return {path, ...summary, inlined};
}

export function summaryOf({symbols, ...report}: InspectReport): InspectSummary {
	return {...report, calls: sum(symbols, 'calls'), addresses: sum(symbols, 'addresses')};
}

function sum(symbols: readonly SymbolReferences[], kind: 'calls' | 'addresses'): Reach {
	const total = {preemptible: 0, bound: 0};
	for (const one of symbols) {
		total.preemptible += one[kind].preemptible;
		// Several names of one address share what is bound to it.
		if (one.sharedWith?.every(other => one.symbol < other) !== false) total.bound += one[kind].bound;
	}
	return total;
}

/** What `ObjectFile.digest` says of the file, from what is kept where it is known. Errors: ElfError, SuiteError. */
export function contentDigest(path: string, env: NonNullable<StaticOptions['env']>): string {
	return keptOr(keptByFile<string>(path, 'content', env), () => readObjectFile(path).digest);
}

/** Whether the witness of this file is kept, and would not have to be computed. */
export function isKept(path: string, env: NonNullable<StaticOptions['env']>): boolean {
	return keptByFile<string>(path, 'content', env).get() !== undefined;
}

/** What a kept result does not need is loaded only where there is none: most of the time goes into loading. */
async function find(path: string, env: NonNullable<StaticOptions['env']>): Promise<StaticResult> {
	const known = keptByFile<string>(path, 'content', env);
	const digest = known.get();
	return (digest === undefined ? undefined : keptByContent<StaticResult>(digest, env).get()) ?? read(path, known, env);
}

async function read(path: string, known: Kept<string>, env: NonNullable<StaticOptions['env']>): Promise<StaticResult> {
	const file = readObjectFile(path);
	const {digest} = file;
	const kept = keptByContent<StaticResult>(digest, env);
	const same = kept.get();
	const result = same ?? (await (await import('./inspect-object.js')).inspectObject(file.elf));
	if (same === undefined) kept.set(result);
	known.set(digest);
	return result;
}

function toWitness(path: string, {report, causes, imports}: StaticResult, inlined: InlinedEvidence): StaticWitness {
	const whole = inspectReport(path, report, inlined);
	const causeBySymbol = new Map(Object.entries(causes));
	return {
		report: whole,
		bySymbol: new Map(whole.symbols.map(references => [references.symbol, references])),
		imports: new Map(imports),
		causeOf: symbol => causeBySymbol.get(symbol) ?? null,
	};
}

/** What the object shows by itself, and what its debug information adds. */
export function inspectReport(path: string, report: StaticResult['report'], inlined: InlinedEvidence): InspectReport {
	const symbols = report.symbols.map(
		// Field by field: there are thousands.
		({symbol, calls, addresses, recursive, folded, sharedWith, verdict}): SymbolReferences => {
			const places = inlinedPlaces(inlined, symbol)?.length ?? null;
			return sharedWith === undefined
				? {symbol, calls, addresses, recursive, folded, inlined: places, verdict}
				: {symbol, calls, addresses, recursive, folded, inlined: places, sharedWith, verdict};
		},
	);
	return {path, ...report, inlined: inlinedTotals(inlined), symbols};
}
