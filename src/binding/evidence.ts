/** This file counts an object's references, and gathers what tells how they came to be bound. */

import {SHT_STRTAB, SHT_SYMTAB} from '../elf/abi.js';
import type {Elf} from '../elf/elf.js';
import type {Section} from '../elf/sections.js';
import {decoderFor} from './code/decoders.js';
import {enclosingFunctions} from './enclosing-function.js';
import {type ExportedFunction, exportedFunctions} from './exports.js';
import {visitReferences} from './references.js';
import {importedFunctions, type ReferenceTarget} from './targets.js';

/** What one exported function's references, and the names at its address, show. */
export interface FunctionEvidence {
	readonly function: ExportedFunction;
	readonly calls: ReferenceCounts;
	readonly addresses: ReferenceCounts;
	/** Direct calls of the function by itself; not among the bound calls. */
	readonly recursive: number;
	/** Bound jumps by functions that are nothing but such a jump; not among the bound calls. */
	readonly thunks: number;
	/** Calls and jumps that name the symbol, whether or not an override reaches them. */
	readonly namedCalls: number;
	readonly namedData: number;
	/**
	 * Bound calls straight to the address that tell how the object was built. Those of an indirect function's stub do not, nor
	 * those of a C++ function that adjusts `this` and jumps, which compilers bind whatever the flags.
	 */
	readonly boundByOthers: number;
	/** Words of data that hold the address and name no symbol. */
	readonly boundData: number;
	/**
	 * For a function that some callers bind and others name: whether one that names it stands, in the order of addresses,
	 * between two that bind it. Null where it has not both sorts.
	 */
	readonly interleaved: boolean | null;
	/** Calls by the function itself that name it all the same. */
	readonly namedByItself: number;
	/** The compiler left its own alias, `NAME.localalias`. */
	readonly localAlias: boolean;
	/** Somebody gave the function another, unexported name, such as glibc's `__GI_` ones. */
	readonly privateName: boolean;
}

export interface ReferenceCounts {
	readonly preemptible: number;
	readonly bound: number;
}

export interface ObjectEvidence {
	/** Whether its code was decoded; otherwise only relocations tell. */
	readonly decoded: boolean;
	readonly executable: boolean;
	readonly symbolic: boolean;
	/** What `.symtab` tells of the compiled units. */
	readonly units: 'stripped' | 'link-time-optimised' | 'one' | 'several';
	/** Whether every unit was compiled by gcc, which leaves `.localalias` names where it binds. */
	readonly gccOnly: boolean;
	/** Sorted by name. */
	readonly functions: readonly FunctionEvidence[];
	/** How many places refer to each function that the object imports, sorted by name. */
	readonly imports: ReadonlyMap<string, number>;
}

/** Errors: those of `visitReferences`. */
export async function objectEvidence(elf: Elf): Promise<ObjectEvidence> {
	const functions = exportedFunctions(elf);
	const tallies = new Map<ReferenceTarget, Tally>(functions.map(target => [target, new Tally()]));
	const imported = importedFunctions(elf);
	const imports = new Map(imported.map(({name}) => [name, 0]));
	await visitReferences<ReferenceTarget>(elf, [...functions, ...imported], (target, reach, form, path, at) => {
		const tally = tallies.get(target);
		if (tally === undefined) {
			imports.set(target.name, (imports.get(target.name) ?? 0) + 1);
			return;
		}
		if (reach === 'compared') return;
		if (reach === 'recursive' || reach === 'thunk') {
			tally[reach] += 1;
			return;
		}
		const isCall = form === 'call' || form === 'jump';
		tally[isCall ? 'calls' : 'addresses'][reach] += 1;
		if (isCall) (path === 'direct' ? tally.boundAt : tally.namedAt).push(at);
		else if (form === 'data') tally[path === 'direct' ? 'boundData' : 'namedData'] += 1;
	});
	const isAdjusting = adjustingThunks(elf);
	const names = localNames(elf, functions);
	return {
		decoded: (await decoderFor(elf)) !== null,
		executable: elf.executable,
		symbolic: elf.dynamic?.symbolic === true,
		units: readUnits(elf),
		gccOnly: isGccOnly(elf),
		imports,
		functions: functions.map(target => describe(target, tallies.get(target) as Tally, names, isAdjusting)),
	};
}

class Tally {
	readonly calls = {preemptible: 0, bound: 0};
	readonly addresses = {preemptible: 0, bound: 0};
	readonly namedAt: number[] = [];
	readonly boundAt: number[] = [];
	recursive = 0;
	thunk = 0;
	namedData = 0;
	boundData = 0;
}

function describe(
	target: ExportedFunction,
	tally: Tally,
	names: LocalNames,
	isAdjusting: (at: number) => boolean,
): FunctionEvidence {
	const boundAt = tally.boundAt.filter(at => !isAdjusting(at));
	return {
		function: target,
		calls: tally.calls,
		addresses: tally.addresses,
		recursive: tally.recursive,
		thunks: tally.thunk,
		namedCalls: tally.namedAt.length,
		namedData: tally.namedData,
		boundByOthers: boundAt.length,
		boundData: tally.boundData,
		interleaved: isInterleaved(tally.namedAt, boundAt),
		namedByItself: tally.namedAt.filter(at => isOwn(target, at)).length,
		localAlias: names.aliases.has(target.address),
		privateName: names.others.has(target.address),
	};
}

function isInterleaved(namedAt: readonly number[], boundAt: readonly number[]): boolean | null {
	if (namedAt.length === 0 || boundAt.length < 2) return null;
	let [low, high] = [Number.POSITIVE_INFINITY, 0];
	for (const at of boundAt) {
		if (at < low) low = at;
		if (at > high) high = at;
	}
	return namedAt.some(at => at > low && at < high);
}

function isOwn({address, size}: ReferenceTarget, at: number): boolean {
	return address !== null && at >= address && at < address + size;
}

/** By the names that the Itanium C++ ABI gives them: `_ZTh` (non-virtual), `_ZTv` (virtual), `_ZTc` (covariant return). */
function adjustingThunks(elf: Elf): (at: number) => boolean {
	const strings = elf.sections.filter(({type}) => type === SHT_STRTAB);
	const mayHave = strings.length === 0 || strings.some(table => hasText(elf, table, '_ZT'));
	if (!mayHave) return () => false;
	const placeOf = enclosingFunctions(elf);
	return at => /^_ZT[hvc]/.test(placeOf(at)?.name ?? '');
}

interface LocalNames {
	readonly aliases: ReadonlySet<number>;
	readonly others: ReadonlySet<number>;
}

function localNames({symbols}: Elf, functions: readonly ExportedFunction[]): LocalNames {
	const addresses = new Set(functions.map(({address}) => address));
	const aliases = new Set<number>();
	const others = new Set<number>();
	for (const symbol of symbols) {
		const {type, bind, value, defined, visibility} = symbol;
		// A label of assembly has no type.
		if (!defined || !['function', 'ifunc', 'none'].includes(type) || !addresses.has(value)) continue;
		if (bind !== 'local' && visibility !== 'hidden' && visibility !== 'internal') continue;
		(symbol.name.includes('.localalias') ? aliases : others).add(value);
	}
	return {aliases, others};
}

function readUnits(elf: Elf): ObjectEvidence['units'] {
	const {symbols} = elf;
	if (symbols.length === 0) return 'stripped';
	// Code that link-time optimisation made comes from no source file: its FILE symbol says so or has no name.
	const files = new Set(symbols.filter(({type}) => type === 'file').map(({name}) => name));
	const sources = [...files].filter(name => name !== '' && !startFiles.test(name) && !linkTimeFiles.test(name));
	const isLinkTime =
		[...files].some(name => linkTimeFiles.test(name)) || sources.length === 0 || hasName(elf, '.lto_priv');
	if (isLinkTime) return 'link-time-optimised';
	return sources.length === 1 ? 'one' : 'several';
}

const startFiles = /^crt|^\.\.\/sysdeps\/|^(?:init|abi-note|static-reloc)\.[cS]$/;
const linkTimeFiles = /^<artificial>$|^ld-temp\.o$|\.ltrans/;

/** In any string of the symbol table: to read the names one by one takes far longer. */
function hasName(elf: Elf, part: string): boolean {
	const strings = elf.sections[elf.sections.find(({type}) => type === SHT_SYMTAB)?.link ?? -1];
	return strings !== undefined && hasText(elf, strings, part);
}

function hasText({bytes}: Elf, {offset, size}: Section, part: string): boolean {
	const table = bytes.slice(offset, size, 'string table');
	return Buffer.from(table.buffer, table.byteOffset, table.length).includes(part, 0, 'latin1');
}

function isGccOnly({bytes, sections}: Elf): boolean {
	const comment = sections.find(({name, compressed}) => name === '.comment' && !compressed);
	if (comment === undefined) return false;
	const text = Buffer.from(bytes.slice(comment.offset, comment.size, 'comment')).toString('latin1');
	return text.includes('GCC: ') && !/clang|rustc|Go /.test(text);
}
