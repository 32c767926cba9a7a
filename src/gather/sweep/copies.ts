/** This file asks for the inlined copies of a sweep's functions to be counted. */

import {exportedFunctions} from '../../binding/exports.js';
import {inlinedFunctions} from '../../binding/inlined.js';
import type {WantedCopy} from '../../entries/copy.js';
import {findDebugInformation} from '../../object/debug-files.js';
import {readObjectFile} from '../../object/object-file.js';
import {contentStampAt} from '../../process/file-identity.js';
import type {Environment} from '../../process/temporary.js';
import type {CopiesRequest} from '../prepare-entries.js';

/** Why not, as a clause, where there is no debug information. `rows`: how many a phase of the ledger has. Errors: those of reading the interpreter. */
export function copiesRequest(
	interpreter: string,
	symbols: readonly string[],
	rows: number,
	env: Environment,
): CopiesRequest | string {
	const found = findDebugInformation(interpreter, env);
	if (found.kind === 'missing') return found.reason;
	const wanted = (): readonly WantedCopy[] => {
		const rowOf = new Map(symbols.map((symbol, row) => [symbol, row]));
		const exported = exportedFunctions(readObjectFile(interpreter).elf);
		const addressOf = new Map(exported.map(({name, address}) => [name, address]));
		return inlinedFunctions(found.open(), exported).flatMap(({symbol, places}) => {
			const row = rowOf.get(symbol);
			if (row === undefined) return [];
			const original = addressOf.get(symbol) ?? 0;
			return places.map(({entry, ranges, within, around}) => ({
				symbol,
				original,
				row,
				entry,
				ranges,
				within,
				around,
			}));
		});
	};
	return {rows, stamp: found.paths.map(contentStampAt).join(' '), wanted};
}
