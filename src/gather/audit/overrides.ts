/** This file tells of each function that a library overrides who defines it besides, who calls it, and what the loader says. */

import {basename} from 'node:path';
import {type AuditedCaller, auditedCallers} from '../../model/audit.js';
import type {CallPath, Definer, OverrideEvidence, Tally} from '../../model/audit-evidence.js';
import type {StaticWitness} from '../../model/binding.js';
import {byCodeUnit} from '../../model/order.js';
import type {AttributedCalls} from './attribute.js';
import {type Context, nameOf, whyUncounted} from './context.js';
import {isLibc, type LoadedObject} from './object.js';
import {has} from './scene.js';

/** What a library for Python would define, whether this Python has it or not. */
const pythonFunction = /^_?Py[A-Z_]/;

export function overridesOf(library: number, context: Context): readonly OverrideEvidence[] {
	const {scene} = context;
	const object = scene.libraries[library] as LoadedObject;
	return [...object.names]
		.filter(name => scene.overrides.has(name) || pythonFunction.test(name))
		.sort(byCodeUnit)
		.map(symbol => overrideOf(symbol, library, object, context));
}

function overrideOf(symbol: string, library: number, object: LoadedObject, context: Context): OverrideEvidence {
	const {request, scene} = context;
	const definers = scene.others.filter(one => has(one, symbol));
	const own = object.functions.get(symbol);
	const version = own === undefined ? null : (object.elf.dynamicSymbols[own.index]?.version?.name ?? null);
	return {
		symbol,
		version,
		library,
		definedBy: definers.map(one => definer(one, context)),
		references: interpreterReferences(symbol, request.witness),
		cause: request.witness.causeOf(symbol),
		tallies: talliesOf(symbol, library, context),
		chain: chainOf(symbol, library, context),
		loader: Object.fromEntries(
			auditedCallers.map(caller => [caller, loaderWord(symbol, caller, object, context)]),
		) as OverrideEvidence['loader'],
		lookedUp: scene.isLookedUp(symbol),
		uncounted: {
			own: whyUncounted(object, symbol, context),
			real: definers.map(one => whyUncounted(one, symbol, context)).find(reason => reason !== null) ?? null,
		},
	};
}

/** Null where it has none. */
function interpreterReferences(symbol: string, {bySymbol, imports}: StaticWitness): OverrideEvidence['references'] {
	const own = bySymbol.get(symbol);
	const [preemptible, bound] =
		own === undefined
			? [imports.get(symbol) ?? 0, 0]
			: [own.calls.preemptible + own.addresses.preemptible, own.calls.bound + own.addresses.bound];
	return preemptible + bound === 0 ? null : {preemptible, bound};
}

function definer(object: LoadedObject, {request}: Context): Definer {
	return {
		role: object.path === request.interpreter ? 'interpreter' : isLibc(object.path) ? 'libc' : 'library',
		name: object.elf.soname ?? basename(object.path),
		executable: object.elf.executable,
	};
}

function talliesOf(symbol: string, library: number, context: Context): readonly Tally[] {
	const tallies = new Map<string, {-readonly [Key in keyof Tally]: Tally[Key]}>();
	for (const one of context.calls) {
		if (nameOf(one, context) !== symbol) continue;
		if (one.slot.library !== 0 && one.slot.library !== library + 1) continue;
		const how = pathOf(one, symbol, context);
		const key = `${one.caller} ${how}`;
		const tally = tallies.get(key) ?? {caller: one.caller, how, reached: 0, passed: 0, forwarded: 0};
		if (one.slot.library === library + 1) tally.reached += one.calls + one.forwards;
		else {
			tally.forwarded += one.forwards + (one.caller === 'preload' ? one.calls : 0);
			tally.passed += one.caller === 'preload' ? 0 : one.calls;
		}
		tallies.set(key, tally);
	}
	return [...tallies.values()].sort((a, b) => byCodeUnit(`${a.caller} ${a.how}`, `${b.caller} ${b.how}`));
}

/** The nearest library before it that defines the function, too, and what that one does with its calls. */
function chainOf(symbol: string, library: number, context: Context): OverrideEvidence['chain'] {
	const before = context.scene.libraries.slice(0, library).map(({names}) => names.has(symbol));
	const behind = before.lastIndexOf(true);
	if (behind < 0) return null;
	const entered = (which: number) =>
		context.calls.filter(one => one.slot.library === which + 1 && nameOf(one, context) === symbol);
	return {
		behind,
		made: entered(behind).reduce((sum, {calls, forwards}) => sum + calls + forwards, 0),
		passedOn: entered(library).reduce(
			(sum, {caller, calls, forwards}) => sum + forwards + (caller === 'preload' ? calls : 0),
			0,
		),
	};
}

/** A call by an address may have called this function, or another one of its object that jumps here: the site does not tell which. */
function pathOf(call: AttributedCalls, symbol: string, context: Context): CallPath {
	const {how, slot, object} = call;
	if (how !== 'address' && how !== 'none') return how;
	if (slot.library !== 0) return 'address';
	const some = context.jumps.get(slot.object)?.get(symbol) ?? 0;
	if (some > 0 && object !== slot.object) return 'address-or-jump';
	return isFromHandle(call, symbol, context) ? 'handle' : 'address';
}

/** What the interpreter hands out others have from it; libffi calls nothing but what ctypes and its like have looked up. */
function isFromHandle({slot, object}: AttributedCalls, symbol: string, {request, scene}: Context): boolean {
	if (object !== null && /^libffi\.so/.test(basename(object.path))) return true;
	const references = slot.object.path === request.interpreter ? request.witness.bySymbol.get(symbol) : undefined;
	return (references?.addresses.bound ?? 0) === 0 && scene.isLookedUp(symbol);
}

function loaderWord(symbol: string, caller: AuditedCaller, library: LoadedObject, {scene, who}: Context) {
	let [toLibrary, toOther, byVersion] = [0, 0, 0];
	for (const object of scene.others) {
		if (who.of(object.path) !== caller) continue;
		const to = scene.definerOf(object.path, symbol);
		if (to === null) continue;
		if (to === library.path) toLibrary += 1;
		else {
			toOther += 1;
			if (asksForAnother(object, library, symbol)) byVersion += 1;
		}
	}
	return toLibrary + toOther === 0 ? null : {toLibrary, toOther, byVersion};
}

/**
 * Whether an object asks for a version of a name that the library does not give it: the loader then passes the library's definition by. One
 * without a version serves all.
 */
function asksForAnother(object: LoadedObject, library: LoadedObject, symbol: string): boolean {
	const given = versionsOf(library, symbol, true);
	return (
		!given.includes(null) && versionsOf(object, symbol, false).some(asked => asked !== null && !given.includes(asked))
	);
}

function versionsOf({elf}: LoadedObject, symbol: string, defined: boolean): readonly (string | null)[] {
	return elf.dynamicSymbols
		.filter(one => one.name === symbol && (one.defined || !defined))
		.map(({version}) => version?.name ?? null);
}
