/** This file gathers what one ELF object shows of one function: references, code, relocations. */

import {type CallSite, callSites} from '../binding/call-sites.js';
import {findStubs} from '../binding/code/plt.js';
import type {ExportedFunction} from '../binding/exports.js';
import {type FoundFunction, findFunction} from '../binding/find-function.js';
import {slotTest} from '../binding/got.js';
import type {ReferenceTarget} from '../binding/targets.js';
import {twinsAmong} from '../binding/twins.js';
import type {Elf} from '../elf/elf.js';
import type {Relocation} from '../elf/relocations.js';
import {SuiteError} from '../errors.js';
import type {SymbolReferences} from '../model/binding.js';
import type {Body, Example, Explanation, NamedRelocation, Site} from '../model/explanation.js';
import {readObjectFile} from '../object/object-file.js';
import {codeAround} from './code-around.js';
import {isDemangled, loadDemangler, mangledNamesOf} from './demangle.js';
import {gatherInlined} from './inlined.js';
import {type InlinedEvidence, inlinedPlaces} from './inlined-evidence.js';
import {nearest} from './nearest.js';
import {gatherStatic} from './static.js';

export interface ExplainRequest {
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** Errors: SuiteError with the path where the file is no ELF object, or neither exports nor imports the function. */
export async function gatherExplanation(
	path: string,
	wanted: string,
	{env}: ExplainRequest,
): Promise<Omit<Explanation, 'counted'>> {
	// First: it names the path in whatever is wrong with the file.
	const witness = await gatherStatic(path, {env});
	const {elf} = readObjectFile(path);
	const found = findFunction(elf, wanted) ?? (await findDemangled(path, elf, wanted));
	if (found === null) throw unknownSymbol(path, wanted, elf);
	const {name: symbol, targets} = found;
	const exported = witness.bySymbol.get(symbol);
	const hasFolded = (exported?.folded ?? 0) > 0;
	const sites = (await callSites(elf, targets)).map(site => toSite(site, hasFolded));
	const {soname, buildId, machine, binding, facts = []} = witness.report;
	const slots = slotsOf(elf, targets);
	return {
		symbol,
		object: {
			path,
			soname,
			buildId,
			machine,
			mode: binding.mode,
			facts,
			executable: elf.executable,
			sections: elf.sections.length > 0,
		},
		role: found.exported === null ? 'imported' : 'exported',
		demangled: await demangledOf(symbol),
		version: found.version,
		otherVersions: found.otherVersions,
		twins: twinsAmong(bareName(symbol), namesOf(elf)),
		references: exported ?? referencesOf(symbol, sites),
		cause: witness.causeOf(symbol),
		body: found.exported === null ? null : await bodyOf(elf, found.exported),
		inlined: found.exported === null ? null : copiesOf(await gatherInlined(path, env), symbol),
		sites,
		examples: await examplesOf(elf, sites),
		relocations: relocationsOf(elf, targets),
		stubs: findStubs(elf, new Set(slots)).map(({address}) => address),
		slots,
		canonical: canonicalOf(elf, targets),
	};
}

/** Errors: SuiteError where several functions go by the name in source code, such as those of an overloaded one. */
async function findDemangled(path: string, elf: Elf, wanted: string): Promise<FoundFunction | null> {
	if (!isDemangled(wanted)) return null;
	const found = mangledNamesOf(wanted, namesOf(elf), await loadDemangler()).flatMap(
		name => findFunction(elf, name) ?? [],
	);
	const [first] = found;
	if (first === undefined) return null;
	// A constructor for whole objects and one for bases are often one function with two names.
	const address = first.exported?.address;
	const isOne =
		found.length === 1 || (address !== undefined && found.every(({exported}) => exported?.address === address));
	if (isOne) return first;
	throw new SuiteError(
		`${path} has several functions '${wanted}': ${found
			.map(({name}) => name)
			.sort()
			.join(', ')}.`,
		{
			hint: 'Give one of these names.',
		},
	);
}

async function demangledOf(symbol: string): Promise<string | null> {
	if (!/^_[ZR]/.test(symbol)) return null;
	const name = (await loadDemangler())(bareName(symbol));
	return name === bareName(symbol) ? null : name;
}

function unknownSymbol(path: string, symbol: string, elf: Elf): SuiteError {
	const hidden = elf.symbols.some(({defined, name, type}) => defined && name === symbol && type === 'function');
	if (hidden) {
		return new SuiteError(`${path} has a function '${symbol}' of its own and exports it to nobody.`, {
			hint: 'No override can be put in front of it; choose a function that calls it and is exported.',
		});
	}
	const twin = twinsAmong(bareName(symbol), namesOf(elf))[0];
	if (twin !== undefined) {
		return new SuiteError(
			`${path} neither exports nor imports a function '${symbol}', but ${twin.name}, ${twin.why}: an override of ${symbol} alone misses its calls.`,
			{hint: `See 'pyinterpose explain ${twin.name} ${path}'.`},
		);
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
		inlined: null,
		verdict: sites.length === 0 ? 'unreferenced' : 'preemptible',
	};
}

function copiesOf(evidence: InlinedEvidence, symbol: string): Explanation['inlined'] {
	return {places: inlinedPlaces(evidence, symbol), reason: evidence.kind === 'unknown' ? evidence.reason : null};
}

const instructionsOfBody = 8;

async function bodyOf(elf: Elf, found: ExportedFunction): Promise<Body> {
	const {name: symbol, address, size, aliases, ifunc, visibility, weak} = found;
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

function bareName(symbol: string): string {
	return symbol.replace(/@.*/, '');
}

function namesOf({dynamicSymbols}: Elf): ReadonlySet<string> {
	return new Set(dynamicSymbols.map(({name}) => name));
}

/** An IFUNC that is bound has a slot too, which its resolver fills (IRELATIVE). */
function slotsOf(elf: Elf, targets: readonly ReferenceTarget[]): readonly number[] {
	const isOf = relocationFinder(targets);
	const isSlot = slotTest(elf);
	return elf.relocations
		.filter(one => isOf(one) && (one.kind === 'IRELATIVE' || isSlot(one.kind, one.address)))
		.map(({address}) => address);
}

/** An undefined symbol with a value, by the ABIs: other objects' relocations that name the function get this address. */
function canonicalOf(elf: Elf, targets: readonly ReferenceTarget[]): number | null {
	const values = targets.flatMap(({index}) => {
		const symbol = elf.dynamicSymbols[index];
		return symbol !== undefined && !symbol.defined && symbol.value !== 0 ? [symbol.value] : [];
	});
	return values[0] ?? null;
}

/** Those that name one of the functions, or hold the address of one. */
function relocationsOf(elf: Elf, targets: readonly ReferenceTarget[]): readonly NamedRelocation[] {
	return elf.relocations
		.filter(relocationFinder(targets))
		.map(one => ({address: one.address, kind: one.kind, table: one.table, named: one.symbol > 0}));
}

function relocationFinder(targets: readonly ReferenceTarget[]): (relocation: Relocation) => boolean {
	const indices = new Set(targets.map(({index}) => index));
	const addresses = new Set(targets.map(({pointer}) => pointer));
	return ({kind, symbol, addend}) =>
		symbol > 0 ? indices.has(symbol) : (kind === 'RELATIVE' || kind === 'IRELATIVE') && addresses.has(addend);
}
