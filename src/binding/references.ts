/** This file finds every reference that an object makes to functions, and whether an override reaches it. */

import type {Elf} from '../elf/elf.js';
import {decoderFor} from './code/decoders.js';
import {findStubs} from './code/plt.js';
import {codeRanges} from './code/ranges.js';
import {visitCode} from './code-references.js';
import {visitData} from './data-references.js';
import {visitFound} from './found-references.js';
import {leftSlots} from './left-slots.js';
import type {ReferenceVisitor} from './reference.js';
import {indexSlots, indexTargets, type ReferenceTarget} from './targets.js';
import {inTracerList} from './tracer-lists.js';

/**
 * Visits the references as docs/architecture.md defines them under "What the static witness counts", code first, then data.
 * Where the code of the machine is not decoded, relocations alone. Errors: ElfError for a bad file.
 */
export async function visitReferences<T extends ReferenceTarget>(
	elf: Elf,
	functions: readonly T[],
	visit: ReferenceVisitor<T>,
): Promise<void> {
	const decoder = await decoderFor(elf);
	if (functions.length === 0) return;
	const context = {elf, ...codeRanges(elf), ...indexed(elf, functions)};
	if (decoder !== null) visitFound(elf, functions, each => visitCode({...context, decoder}, each), visit);
	const {code, plt, targets} = context;
	const left = leftSlots(elf, [...code, ...plt], targets);
	const isInList = inTracerList(elf);
	const isLeft = (at: number) => left.has(at) || isInList(at);
	visitData({...context, isDecoded: decoder !== null, isLeft}, visit);
}

/** Visits those of code alone. Errors: the same. */
export async function visitReferencesOfCode<T extends ReferenceTarget>(
	elf: Elf,
	functions: readonly T[],
	visit: ReferenceVisitor<T>,
): Promise<void> {
	const decoder = await decoderFor(elf);
	if (decoder === null || functions.length === 0) return;
	const {code} = codeRanges(elf);
	visitFound(elf, functions, each => visitCode({elf, decoder, code, ...indexed(elf, functions)}, each), visit);
}

function indexed<T extends ReferenceTarget>(elf: Elf, functions: readonly T[]) {
	const targets = indexTargets(functions);
	const slots = indexSlots(elf, targets);
	return {targets, slots, stubs: findStubs(elf, slots.addresses)};
}
