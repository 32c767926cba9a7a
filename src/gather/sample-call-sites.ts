/** This file gathers, in one pass over an object's code, a few places that refer to each of many functions. */

import {disassemble} from '../binding/disassemble.js';
import {enclosingFunctions} from '../binding/enclosing-function.js';
import {exportedFunctions} from '../binding/exports.js';
import {visitReferencesOfCode} from '../binding/references.js';
import type {CallSites, SampleSite} from '../model/sample-call-sites.js';
import {readObjectFile} from '../object/object-file.js';

/** By symbol; a function that nothing inside refers to has none. Errors: ElfError, SuiteError. */
export async function gatherCallSites(
	path: string,
	symbols: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CallSites>> {
	const {elf} = readObjectFile(path);
	const functions = exportedFunctions(elf).filter(({name}) => symbols.has(name));
	const found = new Map<string, {at: number; preemptible: boolean}[]>();
	await visitReferencesOfCode(elf, functions, ({name}, reach, form, _, at) => {
		if ((form !== 'call' && form !== 'jump') || reach === 'recursive') return;
		const preemptible = reach === 'preemptible';
		const sites = found.get(name);
		if (sites === undefined) found.set(name, [{at, preemptible}]);
		else sites.push({at, preemptible});
	});
	const placeOf = enclosingFunctions(elf);
	const gathered = new Map<string, CallSites>();
	for (const [name, sites] of found) {
		const samples: SampleSite[] = [];
		for (const site of chosen(sites)) {
			const place = placeOf(site.at);
			const lines = await disassemble(elf, site.at, {before: 2, after: 1});
			samples.push({
				at: site.at,
				preemptible: site.preemptible,
				inside: place === null ? null : `${place.name}+0x${place.offset.toString(16)}`,
				code: lines.map(({address, text}) => ({address, text})),
			});
		}
		const preemptible = sites.filter(site => site.preemptible).length;
		gathered.set(name, {path, preemptible, bound: sites.length - preemptible, samples});
	}
	return gathered;
}

/** The first that an override reaches, and the first that none does. */
function chosen<T extends {readonly preemptible: boolean}>(sites: readonly T[]): readonly T[] {
	return [sites.find(site => site.preemptible), sites.find(site => !site.preemptible)].filter(
		site => site !== undefined,
	);
}
