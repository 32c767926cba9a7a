/** This file is the static witness: what the ELF file of a core shows of the references to its functions. */

import {ElfError, SuiteError} from '../errors.js';
import type {InspectReport, StaticWitness, SymbolReferences} from '../model/binding.js';
import type {Cause} from '../model/verdict.js';
import {keptResults} from './kept.js';

export interface StaticOptions {
	/** Tells where results are kept; without it they are not. */
	readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Errors: SuiteError with the path for a file that cannot be read, is no ELF object, or is for another machine. */
export async function gatherStatic(path: string, {env = {}}: StaticOptions = {}): Promise<StaticWitness> {
	try {
		return toWitness(path, await find(path, env));
	} catch (error) {
		if (!(error instanceof ElfError)) throw error;
		throw new SuiteError(`${path}: ${error.message}.`, {hint: error.hint, cause: error});
	}
}

/** What is computed from a file, wherever it is; this is what the cache holds. */
export interface StaticResult {
	readonly report: Omit<InspectReport, 'path'>;
	/** By symbol; a symbol of which no reference is bound is not there. */
	readonly causes: Readonly<Record<string, Cause>>;
	readonly imports: readonly string[];
}

/** What a kept result does not need is loaded only where there is none: most of the time goes into loading. */
async function find(path: string, env: NonNullable<StaticOptions['env']>): Promise<StaticResult> {
	const kept = keptResults<StaticResult>(path, env);
	const known = kept.byFile();
	if (known !== undefined) return known;
	const {readObjectFile} = await import('./object-file.js');
	const {bytes, digest} = readObjectFile(path);
	const same = kept.byContent(digest);
	if (same !== undefined) return same;
	const {inspectObject} = await import('./inspect-object.js');
	const result = await inspectObject(bytes);
	kept.keep(digest, result);
	return result;
}

function toWitness(path: string, {report, causes, imports}: StaticResult): StaticWitness {
	const bySymbol = new Map(
		report.symbols.map((references): [string, SymbolReferences] => [references.symbol, references]),
	);
	const causeBySymbol = new Map(Object.entries(causes));
	return {
		report: {path, ...report},
		bySymbol,
		imports: new Set(imports),
		causeOf: symbol => causeBySymbol.get(symbol) ?? null,
	};
}
