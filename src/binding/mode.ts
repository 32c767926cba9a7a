/**
 * This file names the binding mode of an object, and why its references to a function are bound, from what its ELF
 * structures show. What was measured of gcc 12 and clang 14 on x86-64, and is relied on here:
 *
 * | build                        | calls                                   | data that holds an exported address |
 * |------------------------------|-----------------------------------------|-------------------------------------|
 * | default, also with LTO       | named, but recursive calls and thunks   | named                               |
 * | -fno-semantic-interposition  | bound within a unit, named between units | named                              |
 * | the same with LTO            | bound                                   | named                               |
 * | -Bsymbolic-functions         | bound                                   | bound                               |
 * | -Bsymbolic                   | bound, DF_SYMBOLIC                      | bound                               |
 * | protected                    | bound, STV_PROTECTED                    | named, and yet never overridden     |
 *
 * A compiler never binds data: the address of an exported function must be the same in every object, so it leaves a relocation
 * that names the symbol. Only a linker that was given -Bsymbolic or -Bsymbolic-functions drops the name. So data tells the
 * linker's doing from -fno-semantic-interposition, which is the compiler's.
 */

import type {BindingMode} from '../model/binding.js';
import type {Cause} from '../model/verdict.js';
import type {FunctionEvidence, ObjectEvidence} from './evidence.js';

/** `mixed` where the evidence fits no single mode. */
export function bindingMode(object: ObjectEvidence): BindingMode {
	if (object.executable) return 'executable';
	if (object.symbolic) return 'symbolic';
	const referenced = telling(object.functions.filter(isReferenced));
	const open = referenced.filter(isOpen);
	if (open.length < referenced.length) return open.length === 0 ? 'protected' : 'mixed';
	// Calls that the compiler or the linker bound leave no relocation.
	if (!object.decoded) return 'mixed';
	if (open.every(({calls, addresses}) => calls.bound === 0 && addresses.bound === 0)) {
		return areThunksRare(open) ? 'preemptible' : 'mixed';
	}
	if (isSymbolicFunctions(object, open)) return 'symbolic-functions';
	// Private names, which authors give to functions that the object calls itself, look like the compiler's work once stripped.
	if (object.units === 'stripped' && !isCPython(object)) return 'mixed';
	// Without a bound call nothing tells of a compiler.
	if (open.some(({boundData}) => boundData > 0) || open.every(({boundByOthers}) => boundByOthers === 0)) return 'mixed';
	const single = singlyNamed(open);
	if (single.every(({namedCalls, function: {weak}}) => weak || namedCalls === 0))
		return wholeProgramMode(object, single);
	if (!isNoSemanticInterposition(object, single)) {
		return isStrippedWholeProgram(object, single) ? 'no-semantic-interposition-lto' : 'mixed';
	}
	// In a CPython built with LTO gcc 12 leaves calls to some three functions of 1,442 named.
	return object.units === 'link-time-optimised' ? 'no-semantic-interposition-lto' : 'no-semantic-interposition';
}

/**
 * How many of the function's thunks are of the compiler's making, because it found another function to be the same: nobody
 * called this one. Where an object honors interposition there is no other way to such a jump. Elsewhere a function that does
 * nothing but call this one looks alike, so a thunk is folded only where all that is said of the function otherwise names it.
 */
export function foldedThunks(mode: BindingMode, {calls, addresses, thunks}: FunctionEvidence): number {
	if (mode === 'preemptible') return thunks;
	const isNamed = calls.preemptible + addresses.preemptible > 0 && calls.bound + addresses.bound === 0;
	return mode === 'mixed' && isNamed ? thunks : 0;
}

/** Where a function that only calls another is all that the compiler or linker had to bind, it looks like a thunk. */
function areThunksRare(open: readonly FunctionEvidence[]): boolean {
	const thunked = open.filter(({thunks}) => thunks > 0);
	return thunked.length * rare <= open.filter(({namedCalls, namedData}) => namedCalls + namedData > 0).length;
}

/** Null where no reference to the function is bound. */
export function causeOf(object: ObjectEvidence, mode: BindingMode, target: FunctionEvidence): Cause | null {
	const thunks = target.thunks - foldedThunks(mode, target);
	if (target.calls.bound + target.addresses.bound + thunks === 0) return null;
	if (object.executable) return 'executable-defines-it';
	if (object.symbolic) return 'symbolic';
	if (target.function.visibility === 'protected') return 'protected';
	if (mode === 'symbolic-functions') return 'symbolic-functions';
	if (mode === 'no-semantic-interposition-lto') return isWholeProgram(object) ? 'lto' : 'unknown';
	if (mode === 'no-semantic-interposition') return 'same-unit';
	return target.localAlias && object.units !== 'link-time-optimised' && target.boundData === 0
		? 'same-unit'
		: 'unknown';
}

/** Calls to indirect functions are left named by ld's -Bsymbolic-functions and bound by gold's, so they tell nothing. */
function telling(referenced: readonly FunctionEvidence[]): readonly FunctionEvidence[] {
	const direct = referenced.filter(target => !target.function.ifunc);
	return direct.length > 0 ? direct : referenced;
}

/** Names of one address share its bound calls, and clang leaves calls by the second name open. */
function singlyNamed(open: readonly FunctionEvidence[]): readonly FunctionEvidence[] {
	const single = open.filter(target => target.function.aliases.length === 1);
	return single.length > 0 ? single : open;
}

function isReferenced({calls, addresses, thunks}: FunctionEvidence): boolean {
	return calls.preemptible + calls.bound + addresses.preemptible + addresses.bound + thunks > 0;
}

function isOpen(target: FunctionEvidence): boolean {
	return target.function.visibility === 'default';
}

/**
 * No reference names a function. Bound data then proves the linker's hand. Without any data that holds a function's
 * address, one unit compiled by gcc without semantic interposition would look alike, but for the aliases that it leaves.
 */
function isSymbolicFunctions(object: ObjectEvidence, open: readonly FunctionEvidence[]): boolean {
	// lld's -Bsymbolic-non-weak-functions leaves the weak ones open.
	const namesNone = open.every(({namedCalls, namedData, function: {weak}}) => weak || namedCalls + namedData === 0);
	if (!namesNone) return false;
	const bound = open.filter(({boundByOthers, addresses}) => boundByOthers + addresses.bound > 0);
	const unexplained = bound.filter(({privateName}) => !privateName);
	if (!unexplained.some(({boundData}) => boundData > 0)) {
		return object.units !== 'stripped' && object.gccOnly && bound.some(isBoundWithoutAlias);
	}
	// Stripped, it could be private names too. Nobody gives as many and forgets none: libxml2, glibc and GTK, which do, did.
	return object.units !== 'stripped' || bound.length >= many;
}

function isBoundWithoutAlias({boundByOthers, localAlias, privateName}: FunctionEvidence): boolean {
	return boundByOthers > 0 && !localAlias && !privateName;
}

/** Calls are bound and none is named, but to weak functions, which a compiler leaves open, so the compiler saw all the units at once, or there is only one. */
function wholeProgramMode({units, gccOnly}: ObjectEvidence, open: readonly FunctionEvidence[]): BindingMode {
	// A linker that leaves data named is not symbolic; without such data, only gcc's aliases tell a compiler's work.
	const isCompilers =
		open.some(({namedData, function: {weak}}) => namedData > 0 && !weak) ||
		(gccOnly && open.every(target => !isBoundWithoutAlias(target)));
	if (units === 'stripped' || units === 'link-time-optimised')
		return isCompilers ? 'no-semantic-interposition-lto' : 'mixed';
	const explained = open.every(target => !isBoundWithoutAlias(target) || !gccOnly);
	return isCompilers && explained && open.every(({privateName}) => !privateName)
		? 'no-semantic-interposition'
		: 'mixed';
}

/**
 * Calls of a function are bound while its address is named: only a compiler does that, since private names bind both, and so
 * does a linker. Callers that bind stand all over the object, and hardly a function has calls that name it: so all units
 * were compiled as one. (Hand-written assembly, too, binds calls of functions whose address is named, but few.)
 */
function isStrippedWholeProgram({units}: ObjectEvidence, open: readonly FunctionEvidence[]): boolean {
	const bound = open.filter(({boundByOthers}) => boundByOthers > 0);
	const named = open.filter(({namedCalls, function: {weak}}) => namedCalls > 0 && !weak);
	return (
		units === 'stripped' &&
		bound.some(({namedData}) => namedData > 0) &&
		bound.every(({addresses}) => addresses.bound === 0) &&
		named.length * rare < bound.length
	);
}

/** A stripped amalgamation, such as sqlite's, is one unit and looks like LTO. CPython is never one unit. */
function isWholeProgram(object: ObjectEvidence): boolean {
	return object.units === 'link-time-optimised' || isCPython(object);
}

/** Asked for each function of an object. */
function isCPython(object: ObjectEvidence): boolean {
	const known = cpython.get(object);
	if (known !== undefined) return known;
	const names = new Set(object.functions.map(({function: {name}}) => name));
	const found = ['Py_Main', 'Py_InitializeEx', 'PyObject_GetAttr', 'PyErr_Occurred'].every(name => names.has(name));
	cpython.set(object, found);
	return found;
}

const cpython = new WeakMap<ObjectEvidence, boolean>();

/**
 * Some calls are bound and some named. A compiler that does not honour interposition binds all calls within a unit, so
 * those of a function to itself, and a unit's functions lie together: between two callers that it bound to a function
 * there can be none that names it. Hand-made private names (glibc's) bind from everywhere; where `.symtab` has no such
 * names, and clang leaves none either, the compiler bound them.
 */
function isNoSemanticInterposition({units, gccOnly}: ObjectEvidence, open: readonly FunctionEvidence[]): boolean {
	if (open.some(({namedByItself}) => namedByItself > 0)) return false;
	const bound = open.filter(({boundByOthers}) => boundByOthers > 0);
	if (bound.length === 0) return false;
	// Aliases of the compiler's making prove it, but for those that it makes of recursive and of folded functions at any flags.
	const isCompilers = ({localAlias, privateName, recursive, thunks}: FunctionEvidence) =>
		localAlias && !privateName && recursive + thunks === 0;
	if (bound.every(({localAlias, privateName}) => localAlias || privateName) && bound.some(isCompilers)) return true;
	if (bound.some(({privateName, localAlias}) => privateName || localAlias)) return false;
	if (bound.some(({interleaved}) => interleaved === true)) return false;
	// Hand-written assembly binds the calls of a few functions, from next to them.
	const isRare = bound.length * rare < open.filter(({namedCalls}) => namedCalls > 0).length;
	return !isRare && (bound.some(({interleaved}) => interleaved === false) || (units === 'several' && !gccOnly));
}

/** How many bound functions of a stripped object are more than an author's doing. */
const many = 100;

/** What is seen at fewer than one function in so many is an exception and no sign of how the object was built. */
const rare = 20;
