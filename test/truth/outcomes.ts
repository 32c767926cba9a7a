/** This file holds what several builds have in common: what they bind, and why. */

import type {Cause} from '../../src/model/verdict.js';
import type {Row} from './agrees.js';
import {namesIndirect, parse, works} from './compiler.js';
import {addresses, calls, ownUnit} from './routes.js';

type Outcome = Omit<Row, 'build'>;

/** gcc binds the calls that a function makes to itself, whatever the flags; clang does not. */
export const overridable: Outcome = {
	claim: 'keeps every reference overridable but the call that a function makes to itself',
	mode: 'preemptible',
	bound: {},
};

export const overridableThroughout: Outcome = {
	namesItself: true,
	claim: 'keeps every reference overridable',
	mode: 'preemptible',
	bound: {},
};

export const noSemanticInterposition: Outcome = {
	claim: 'binds calls within a unit, and leaves those between units and through addresses overridable',
	mode: 'no-semantic-interposition',
	bound: {'same-unit': ownUnit},
};

/** Private names that the source gives by hand would look alike. */
export const noSemanticInterpositionUnexplained: Outcome = {
	claim: 'binds calls within a unit, and does not show why',
	mode: 'mixed',
	bound: {unknown: ownUnit},
};

export const lto: Outcome = {
	claim: 'binds every call, and leaves those through addresses and to an indirect function overridable',
	mode: 'no-semantic-interposition-lto',
	bound: {lto: calls},
};

/** Private names, or one unit that was compiled without semantic interposition, would look alike. */
export const ltoUnexplained: Outcome = {
	claim: 'binds every call, and does not show why',
	mode: 'mixed',
	bound: {unknown: calls},
};

export const symbolicFunctions: Outcome = {
	claim: 'binds every reference but the calls to an indirect function',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses]},
};

/** So few functions may have private names, one and all. */
export const symbolicFunctionsUnexplained: Outcome = {
	claim: 'binds every reference but the calls to an indirect function, and does not show why',
	mode: 'mixed',
	bound: {unknown: [...calls, ...addresses]},
};

/** gold binds calls to an indirect function too, and so does ld where they do not go through the PLT. */
export const symbolicFunctionsThroughout: Outcome = {
	claim: 'binds every reference',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses, 'ifunc']},
};

export const symbolic: Outcome = {
	claim: 'binds every reference',
	mode: 'symbolic',
	bound: {symbolic: [...calls, ...addresses, 'ifunc']},
};

export const protectedVisibility: Outcome = {
	claim: 'binds every reference',
	mode: 'protected',
	bound: {protected: [...calls, ...addresses, 'ifunc']},
};

export const executable: Outcome = {
	claim: 'binds every reference',
	mode: 'executable',
	bound: {'executable-defines-it': [...calls, ...addresses, 'ifunc', 'executable', 'recursive']},
	linkage: 'static',
};

const mold = parse('gcc -fuse-ld=mold');
const moldBindsIndirect = works(mold) && !namesIndirect(mold);

/** As a mold has it that binds calls to an indirect function whatever its flags. */
export function byMold({bound, ...outcome}: Outcome, because: Cause): Outcome {
	if (!moldBindsIndirect) return {...outcome, bound};
	return {
		...outcome,
		claim: `${outcome.claim}, calls to an indirect function bound`,
		bound: {...bound, [because]: [...(bound[because] ?? []), 'ifunc']},
	};
}
