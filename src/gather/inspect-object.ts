/** This file computes the static witness from an object's bytes; it is loaded only where no result is kept. */

import {type FunctionEvidence, type ObjectEvidence, objectEvidence} from '../binding/evidence.js';
import {bindingMode, causeOf} from '../binding/mode.js';
import {type Elf, readElf} from '../elf/elf.js';
import type {Binding, BindingMode, ReferenceVerdict, SymbolReferences} from '../model/binding.js';
import {byCodeUnit} from '../model/order.js';
import type {StaticResult} from './static-result.js';

/** Errors: ElfError; SuiteError for a machine whose code is not decoded. */
export async function inspectObject(bytes: Uint8Array): Promise<StaticResult> {
	const elf = readElf(bytes);
	const evidence = await objectEvidence(elf);
	const mode = bindingMode(evidence);
	const symbols = evidence.functions.map(toReferences);
	return {
		report: {
			soname: elf.soname,
			buildId: elf.buildId,
			machine: elf.machine,
			binding: toBinding(mode, symbols),
			symbols,
		},
		causes: toCauses(evidence, mode),
		imports: importedFunctions(elf),
	};
}

function toReferences({function: {name}, calls, addresses}: FunctionEvidence): SymbolReferences {
	const preemptible = calls.preemptible + addresses.preemptible > 0;
	const bound = calls.bound + addresses.bound > 0;
	return {symbol: name, calls, addresses, verdict: toVerdict(preemptible, bound)};
}

function toVerdict(preemptible: boolean, bound: boolean): ReferenceVerdict {
	if (preemptible) return bound ? 'partial' : 'preemptible';
	return bound ? 'bound' : 'unreferenced';
}

function toBinding(mode: BindingMode, symbols: readonly SymbolReferences[]): Binding {
	const totals = {preemptible: 0, partial: 0, bound: 0, unreferenced: 0};
	for (const {verdict} of symbols) totals[verdict] += 1;
	return {mode, functions: symbols.length, ...totals};
}

function toCauses(evidence: ObjectEvidence, mode: BindingMode): StaticResult['causes'] {
	const causes = evidence.functions.flatMap(target => {
		const cause = causeOf(evidence, mode, target);
		return cause === null ? [] : [[target.function.name, cause] as const];
	});
	return Object.fromEntries(causes);
}

/** A linker that has no library at hand leaves the type of a symbol open. */
function importedFunctions({dynamicSymbols}: Elf): readonly string[] {
	const names = dynamicSymbols
		.filter(
			({defined, name, type}) =>
				!defined && name !== '' && (type === 'function' || type === 'ifunc' || type === 'none'),
		)
		.map(({name}) => name);
	return [...new Set(names)].sort(byCodeUnit);
}
