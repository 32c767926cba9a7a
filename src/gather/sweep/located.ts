/** This file says where a sweep's calls came from, and holds the interpreter's call sites to the static witness. */

import {enclosingFunctions, type PlaceOf} from '../../binding/enclosing-function.js';
import {exportedFunctions} from '../../binding/exports.js';
import {visitReferencesOfCode} from '../../binding/references.js';
import {ElfError, SuiteError} from '../../errors.js';
import type {Caller, Family} from '../../model/claim.js';
import {byCodeUnit} from '../../model/order.js';
import type {Finding} from '../../model/report.js';
import {readObjectFile} from '../../object/object-file.js';
import type {SweptInterpreter} from './shims.js';
import type {RawSite, RawSites, SiteForm} from './sites.js';

export interface CountedSite {
	readonly symbol: string;
	readonly caller: Caller;
	readonly object: string | null;
	/** Where the call returns to, in the object's file. */
	readonly address: string;
	/** The name of the function that makes the call, where the object's symbols tell. */
	readonly function: string | null;
	readonly form: SiteForm;
	readonly calls: number;
}

export interface LocatedCalls {
	/** Sorted by symbol, then the busiest first. */
	readonly sites: readonly CountedSite[];
	readonly findings: readonly Finding[];
}

export async function locateCalls(
	{interpreter, slots}: SweptInterpreter,
	{sites, missed}: RawSites,
): Promise<LocatedCalls> {
	const functionAt = functionFinder();
	const known = await knownSites(interpreter);
	const located = sites
		.filter(({slot, caller}) => caller !== null && slots[slot] !== undefined)
		.map(site => ({
			...site,
			symbol: slots[site.slot]?.symbol ?? '',
			family: slots[site.slot]?.family ?? null,
			caller: site.caller as Caller,
		}))
		// A call among displaced instructions is no longer where it was in memory; the object's file shows what it is.
		.map(site => (isKnown(site, known) ? {...site, form: 'call' as const} : site));
	return {
		sites: located
			.map(({symbol, caller, object, address, form, calls}) => ({
				symbol,
				caller,
				object,
				address: `0x${address.toString(16)}`,
				function: object === null ? null : functionAt(object, address),
				form,
				calls,
			}))
			.sort(
				(left, right) =>
					byCodeUnit(left.symbol, right.symbol) || right.calls - left.calls || byCodeUnit(left.address, right.address),
			),
		findings: [...missedFinding(missed), ...unknownSites(interpreter, located, known)],
	};
}

/** Reads each object once; in one that cannot be read no function has a name. */
function functionFinder(): (object: string, address: number) => string | null {
	const places = new Map<string, PlaceOf>();
	return (object, address) => {
		let placeOf = places.get(object);
		if (placeOf === undefined) {
			placeOf = placesOf(object);
			places.set(object, placeOf);
		}
		// A call that ends a function returns to the first address of the next one.
		return placeOf(address - 1)?.name ?? null;
	};
}

function placesOf(object: string): PlaceOf {
	try {
		return enclosingFunctions(readObjectFile(object).elf);
	} catch (error) {
		if (error instanceof SuiteError) return () => null;
		throw error;
	}
}

function missedFinding(missed: number): Finding[] {
	if (missed === 0) return [];
	return [{kind: 'sweep-sites-missed', message: `${times(missed)} came from sites for which there was no room.`}];
}

type Located = RawSite & {readonly symbol: string; readonly family: Family | null; readonly caller: Caller};

function isKnown({caller, object, form, symbol, address}: Located, known: ReadonlySet<string> | null): boolean {
	return (
		caller === 'interpreter' && object !== null && form !== 'tail-call' && known?.has(`${symbol} ${address}`) === true
	);
}

/** A site in the interpreter that calls by name must be one that the static witness has seen. */
function unknownSites(interpreter: string, sites: readonly Located[], known: ReadonlySet<string> | null): Finding[] {
	// The witness looks for the object's references to its own functions.
	const own = sites.filter(
		({caller, object, family}) => caller === 'interpreter' && object !== null && family === null,
	);
	const unknown = known === null ? [] : own.filter(site => site.form === 'call' && !isKnown(site, known));
	const none = own.filter(({form}) => form === 'no-call');
	return [
		...unknown.map(({symbol, address, calls}) => ({
			kind: 'sweep-unknown-site',
			message: `${times(calls)} of ${symbol} ${calls === 1 ? 'returns' : 'return'} to 0x${address.toString(16)} of ${interpreter}, where the static witness knows of no call.`,
		})),
		...none.map(({symbol, address, calls}) => ({
			kind: 'sweep-no-call',
			message: `${times(calls)} of ${symbol} ${calls === 1 ? 'returns' : 'return'} to 0x${address.toString(16)} of ${interpreter}, before which there is no call.`,
		})),
	];
}

/** Where each preemptible call returns to: on x86-64 five bytes on, six where it goes through a slot; elsewhere a word. Null where code cannot be read. */
async function knownSites(interpreter: string): Promise<ReadonlySet<string> | null> {
	const {elf} = readObjectFile(interpreter);
	const known = new Set<string>();
	try {
		await visitReferencesOfCode(elf, exportedFunctions(elf), ({name}, reach, form, path, at) => {
			if (reach !== 'preemptible' || form !== 'call') return;
			known.add(`${name} ${at + (elf.machine !== 'x86_64' ? 4 : path === 'got' ? 6 : 5)}`);
		});
	} catch (error) {
		if (error instanceof ElfError || !(error instanceof SuiteError)) throw error;
		return null;
	}
	return known;
}

function times(calls: number): string {
	return `${calls} ${calls === 1 ? 'call' : 'calls'}`;
}
