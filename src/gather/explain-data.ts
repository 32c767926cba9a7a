/** This file gathers what one ELF object shows of one variable: uses, code, relocations. */

import {dataReferences} from '../binding/data-evidence.js';
import {type DataUse, seesCode} from '../binding/data-uses.js';
import {enclosingFunctions} from '../binding/enclosing-function.js';
import type {DataTarget} from '../binding/exported-data.js';
import {findData} from '../binding/find-data.js';
import {slotTest} from '../binding/got.js';
import type {Elf} from '../elf/elf.js';
import type {DataExample, DataExplanation, DataPlace} from '../model/data-explanation.js';
import {readObjectFile} from '../object/object-file.js';
import {codeAround} from './code-around.js';
import {mustBeLinked} from './inspect-object.js';
import {namingPath} from './static.js';

/** Null where the object neither exports nor imports such a variable. Errors: SuiteError with the path where the file is no linked ELF object. */
export function gatherDataExplanation(path: string, wanted: string): Promise<DataExplanation | null> {
	return namingPath(path, async () => {
		const {elf} = readObjectFile(path);
		mustBeLinked(elf);
		const found = findData(elf, wanted);
		if (found === null) return null;
		const {target, version} = found;
		const uses: DataUse<DataTarget>[] = [];
		const [references] = dataReferences(elf, [target], use => uses.push(use));
		if (references === undefined) return null;
		const placeOf = enclosingFunctions(elf);
		const places = uses
			.map(({at, form, path, reach}): DataPlace => {
				const inside = form === 'code' ? placeOf(at) : null;
				return {at, form, path, reach, inside: inside && `${inside.name}+0x${inside.offset.toString(16)}`};
			})
			.sort((one, other) => one.at - other.at);
		const {soname, buildId, machine, executable, sections} = elf;
		return {
			symbol: target.name,
			object: {path, soname, buildId, machine, executable, decoded: seesCode(elf), sections: sections.length > 0},
			role: target.address === null ? 'imported' : 'exported',
			version,
			references,
			address: target.address,
			uses: places,
			examples: await examplesOf(elf, places),
			relocations: relocationsOf(elf, target, places),
			slots: slotsOf(elf, target),
		};
	});
}

const exampleCount = 3;

/** One use of every sort, then more until there are enough. */
async function examplesOf(elf: Elf, uses: readonly DataPlace[]): Promise<readonly DataExample[]> {
	const code = uses.filter(({form}) => form === 'code');
	const sorts = new Map(code.map(use => [`${use.path} ${use.reach}`, use] as const).reverse());
	const chosen = [...new Set([...sorts.values(), ...code])].slice(0, exampleCount);
	const examples: DataExample[] = [];
	for (const use of chosen.sort((one, other) => one.at - other.at)) {
		examples.push({use, code: await codeAround(elf, use.at, 1, 1)});
	}
	return examples;
}

/** Those that name it, COPY among them, and those of the words that hold an address within it. */
function relocationsOf(elf: Elf, {index}: DataTarget, uses: readonly DataPlace[]): DataExplanation['relocations'] {
	const words = new Set(uses.filter(({form, path}) => form === 'word' && path === 'direct').map(({at}) => at));
	return elf.relocations
		.filter(({symbol, address}) => (symbol > 0 ? symbol === index : words.has(address)))
		.map(({address, kind, table, symbol}) => ({address, kind, table, named: symbol > 0}));
}

function slotsOf(elf: Elf, {index}: DataTarget): readonly number[] {
	const isSlot = slotTest(elf);
	return elf.relocationTables.others
		.filter(({symbol, kind, address}) => {
			return symbol === index && (isSlot(kind, address) || kind === 'TLS_MODULE' || kind === 'TLS_OFFSET');
		})
		.map(({address}) => address);
}
