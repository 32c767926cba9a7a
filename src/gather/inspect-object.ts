/** This file computes the static witness on an object; it is loaded only where no result is kept. */

import {type FunctionEvidence, type ObjectEvidence, objectEvidence} from '../binding/evidence.js';
import {bindingFacts} from '../binding/facts.js';
import {bindingMode, causeOf, foldedThunks} from '../binding/mode.js';
import type {Elf} from '../elf/elf.js';
import {knowsRelocationsOf} from '../elf/relocations.js';
import {SuiteError} from '../errors.js';
import type {Binding, BindingMode, ReferenceVerdict} from '../model/binding.js';
import type {StaticReferences, StaticResult} from './static-result.js';

/** Errors: ElfError; SuiteError for a machine whose relocations are not known, and for what is not linked. */
export async function inspectObject(elf: Elf): Promise<StaticResult> {
	mustBeLinked(elf);
	const evidence = await objectEvidence(elf);
	const mode = bindingMode(evidence);
	const symbols = evidence.functions.map(target => toReferences(target, mode));
	const facts = bindingFacts(evidence, mode);
	return {
		report: {
			soname: elf.soname,
			buildId: elf.buildId,
			machine: elf.machine,
			binding: toBinding(mode, symbols),
			...(facts.length === 0 ? {} : {facts}),
			symbols,
		},
		causes: toCauses(evidence, mode),
		imports: [...evidence.imports],
	};
}

/** Errors: SuiteError for a machine whose relocations are not known, and for what is not linked. */
export function mustBeLinked(elf: Elf): void {
	if (elf.header.type === 'relocatable') {
		throw new SuiteError(
			'This is a relocatable file: nothing is linked yet, so nothing is bound, and nothing preemptible.',
			{
				hint: 'Link it, and give the library or the executable.',
			},
		);
	}
	if (!knowsRelocationsOf(elf.machine)) {
		throw new SuiteError(`Neither code nor relocations of the machine ${elf.machine} are known.`, {
			hint: 'Give an object for x86_64, aarch64, i386, arm, riscv64, s390x or ppc64le.',
		});
	}
}

function toReferences(target: FunctionEvidence, mode: BindingMode): StaticReferences {
	const {addresses, recursive} = target;
	const folded = foldedThunks(mode, target);
	const calls = {preemptible: target.calls.preemptible, bound: target.calls.bound + target.thunks - folded};
	const preemptible = calls.preemptible + addresses.preemptible > 0;
	const bound = calls.bound + addresses.bound > 0;
	const {name, aliases} = target.function;
	const sharedWith = aliases.filter(alias => alias !== name);
	const shared = sharedWith.length === 0 ? {} : {sharedWith};
	return {symbol: name, calls, addresses, recursive, folded, ...shared, verdict: toVerdict(preemptible, bound)};
}

function toVerdict(preemptible: boolean, bound: boolean): ReferenceVerdict {
	if (preemptible) return bound ? 'partial' : 'preemptible';
	return bound ? 'bound' : 'unreferenced';
}

function toBinding(mode: BindingMode, symbols: readonly StaticReferences[]): Binding {
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
