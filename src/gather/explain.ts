/** This file gathers what one ELF object shows of one function: references, code, relocations. */

import {type CallSite, callSites} from '../binding/call-sites.js';
import {findStubs} from '../binding/code/plt.js';
import {codeRanges} from '../binding/code/ranges.js';
import {disassemble} from '../binding/disassemble.js';
import {exportedFunctions} from '../binding/exports.js';
import type {Elf} from '../elf/elf.js';
import {SuiteError} from '../errors.js';
import type {SymbolReferences} from '../model/binding.js';
import type {Body, Example, Explanation, NamedRelocation, Site} from '../model/explanation.js';
import {readObjectFile} from '../object/object-file.js';
import {nearest} from './nearest.js';
import {gatherStatic} from './static.js';

export interface ExplainRequest {
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** Errors: SuiteError with the path where the file is no ELF object, or neither exports nor imports the function. */
export async function gatherExplanation(
	path: string,
	symbol: string,
	{env}: ExplainRequest,
): Promise<Omit<Explanation, 'counted'>> {
	// First: it names the path in whatever is wrong with the file.
	const witness = await gatherStatic(path, {env});
	const {elf} = readObjectFile(path);
	const exported = witness.bySymbol.get(symbol);
	const isImported = elf.dynamicSymbols.some(({defined, name}) => !defined && name === symbol);
	if (exported === undefined && !isImported) throw unknownSymbol(path, symbol, elf);
	const hasFolded = (exported?.folded ?? 0) > 0;
	const sites = (await callSites(elf, symbol)).map(site => toSite(site, hasFolded));
	const {soname, buildId, machine, binding} = witness.report;
	const slots = slotsOf(elf, symbol);
	return {
		symbol,
		object: {
			path,
			soname,
			buildId,
			machine,
			mode: binding.mode,
			executable: elf.executable,
			sections: elf.sections.length > 0,
		},
		role: exported === undefined ? 'imported' : 'exported',
		references: exported ?? referencesOf(symbol, sites),
		cause: witness.causeOf(symbol),
		body: await bodyOf(elf, symbol),
		sites,
		examples: await examplesOf(elf, sites),
		relocations: relocationsOf(elf, symbol),
		stubs: findStubs(elf.machine, codeRanges(elf).plt, new Set(slots)).map(({address}) => address),
		slots,
	};
}

function unknownSymbol(path: string, symbol: string, elf: Elf): SuiteError {
	const hidden = elf.symbols.some(({defined, name, type}) => defined && name === symbol && type === 'function');
	if (hidden) {
		return new SuiteError(`${path} has a function '${symbol}' of its own and exports it to nobody.`, {
			hint: 'No override can be put in front of it; choose a function that calls it and is exported.',
		});
	}
	const near = nearest(symbol, [...new Set(elf.dynamicSymbols.map(({name}) => name))]);
	return new SuiteError(`${path} neither exports nor imports a function '${symbol}'.`, {
		hint:
			near === null
				? `See 'pyinterpose inspect --symbols ${path}' for the functions that it exports.`
				: `Did you mean ${near}?`,
	});
}

function toSite({at, form, path, reach, inside}: CallSite, hasFolded: boolean): Site {
	const place = inside === null ? null : `${inside.name}+0x${inside.offset.toString(16)}`;
	return {at, form, path, reach: reach !== 'thunk' ? reach : hasFolded ? 'folded' : 'bound', inside: place};
}

function referencesOf(symbol: string, sites: readonly Site[]): SymbolReferences {
	const reach = (isCall: boolean) => {
		const some = sites.filter(({form}) => (form === 'call' || form === 'jump') === isCall);
		const preemptible = some.filter(({reach}) => reach === 'preemptible').length;
		return {preemptible, bound: some.length - preemptible};
	};
	return {
		symbol,
		calls: reach(true),
		addresses: reach(false),
		recursive: 0,
		folded: 0,
		verdict: sites.length === 0 ? 'unreferenced' : 'preemptible',
	};
}

const instructionsOfBody = 8;

async function bodyOf(elf: Elf, symbol: string): Promise<Body | null> {
	const found = exportedFunctions(elf).find(({name}) => name === symbol);
	if (found === undefined) return null;
	const {address, size, aliases, ifunc, visibility, weak} = found;
	const code = await codeAround(elf, address, 0, instructionsOfBody - 1);
	return {
		address,
		size,
		aliases: aliases.filter(name => name !== symbol),
		ifunc,
		visibility,
		weak,
		code: code.filter(instruction => instruction.address < address + Math.max(size, 1)),
	};
}

const exampleCount = 3;

/** One call site of every sort, then more until there are enough; first those in a named function, where a reader finds them. */
async function examplesOf(elf: Elf, sites: readonly Site[]): Promise<readonly Example[]> {
	const code = sites.filter(({form}) => form !== 'data');
	const ordered = [...code.filter(({inside}) => inside !== null), ...code.filter(({inside}) => inside === null)];
	const sorts = new Map(ordered.map(site => [`${site.form} ${site.path} ${site.reach}`, site] as const).reverse());
	const chosen = [...new Set([...sorts.values(), ...ordered])].slice(0, exampleCount);
	const examples: Example[] = [];
	for (const site of chosen.sort((a, b) => a.at - b.at)) {
		examples.push({site, code: await codeAround(elf, site.at, 2, 1)});
	}
	return examples;
}

async function codeAround(elf: Elf, at: number, before: number, after: number): Promise<Body['code']> {
	const lines = await disassemble(elf, at, {before, after});
	return lines.map(({address, bytes, text}) => ({address, bytes: Buffer.from(bytes).toString('hex'), text}));
}

/** An IFUNC that is bound has a slot too, which its resolver fills (IRELATIVE). */
function slotsOf(elf: Elf, symbol: string): readonly number[] {
	const address = addressOf(elf, symbol);
	return elf.relocations
		.filter(
			({kind, symbol: index, addend}) =>
				((kind === 'JUMP_SLOT' || kind === 'GLOB_DAT') && isNamed(elf, index, symbol)) ||
				(kind === 'IRELATIVE' && addend === address),
		)
		.map(({address}) => address);
}

function addressOf(elf: Elf, symbol: string): number | undefined {
	return exportedFunctions(elf).find(({name}) => name === symbol)?.address;
}

function isNamed(elf: Elf, index: number, symbol: string): boolean {
	return index > 0 && elf.dynamicSymbols[index]?.name === symbol.replace(/@.*/, '');
}

function relocationsOf(elf: Elf, symbol: string): readonly NamedRelocation[] {
	const address = addressOf(elf, symbol);
	return elf.relocations
		.filter(one => isNamed(elf, one.symbol, symbol) || (holdsAddress(one.kind) && one.addend === address))
		.map(one => ({address: one.address, kind: one.kind, table: one.table, named: one.symbol > 0}));
}

function holdsAddress(kind: string): boolean {
	return kind === 'RELATIVE' || kind === 'IRELATIVE';
}
