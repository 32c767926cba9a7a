/** This file tells of each counted call site who made the call and of which function, by the objects' files. */

import {basename} from 'node:path';
import {isThunk} from '../../binding/tail-jumps.js';
import type {AuditedCaller} from '../../model/audit.js';
import {type Callee, calleeBefore} from './call-site.js';
import type {AuditLedger, LedgerObject} from './ledger.js';
import {isLibc, type LoadedObject, type ReadLoaded} from './object.js';
import type {AuditPlan, WatchedSlot} from './plan.js';

export type CallerRole = AuditedCaller | 'libc' | 'preload' | 'unknown';

/** Some calls of one function. */
export interface AttributedCalls {
	readonly slot: WatchedSlot;
	/** The name that the call site calls it by; null where the site names none. */
	readonly name: string | null;
	readonly caller: CallerRole;
	/** The object that the role was read from. */
	readonly object: LoadedObject | null;
	readonly how: Callee['kind'] | 'jump' | 'recursive' | 'folded';
	readonly calls: number;
	readonly forwards: number;
}

export interface Roles {
	/** By path. */
	of(path: string): CallerRole;
}

export interface RolesRequest {
	readonly interpreter: string;
	readonly executable: string;
	readonly libraries: readonly string[];
	readonly read: ReadLoaded;
	/** Whether the object was there when the program began. */
	startup(path: string): boolean;
}

export function roles({interpreter, executable, libraries, read, startup}: RolesRequest): Roles {
	return {
		of(path) {
			if (path === interpreter) return 'interpreter';
			if (path === executable) return 'executable';
			if (libraries.includes(path)) return 'preload';
			if (isLibc(path)) return 'libc';
			return !startup(path) && isExtension(read(path)) ? 'extension' : 'library';
		},
	};
}

function isExtension(object: LoadedObject | null): boolean {
	if (object === null) return false;
	const [stem = ''] = basename(object.path).split('.');
	return [`PyInit_${stem}`, `init${stem}`, `PyInitU_${stem}`].some(name => object.functions.has(name));
}

export interface AttributionRequest {
	readonly plan: AuditPlan;
	readonly ledger: AuditLedger;
	readonly roles: Roles;
	readonly read: ReadLoaded;
	/** The path of what the loader gave an object for a name; null where it told of none. */
	definerOf(path: string, symbol: string): string | null;
}

export function attribute(request: AttributionRequest): readonly AttributedCalls[] {
	const {plan, ledger, roles, read} = request;
	return ledger.sites.flatMap(({slot: index, returnAddress, calls, forwards}) => {
		const slot = plan.slots[index];
		if (slot === undefined) return [];
		const jumping = plan.slots[returnAddress - 1];
		if (jumping !== undefined) {
			const {object} = jumping;
			return [{slot, name: null, caller: roles.of(object.path), object, how: 'jump' as const, calls, forwards}];
		}
		const at = whereIs(ledger.objects, returnAddress);
		const object = at === null ? null : read(at.object.path);
		if (at === null || object === null) {
			return [{slot, name: null, caller: 'unknown' as const, object: null, how: 'none' as const, calls, forwards}];
		}
		if (object === slot.object && isWithin(slot, at.address)) {
			return [{slot, name: null, caller: roles.of(object.path), object, how: 'recursive' as const, calls, forwards}];
		}
		const callee: Callee = at.inStubs ? {kind: 'address'} : calleeBefore(object, at.address);
		return [{slot, calls, forwards, ...callerOf(callee, slot, object, roles, request)}];
	});
}

interface Place {
	readonly object: LedgerObject;
	/** As an address of its file. */
	readonly address: number;
	/** Whether it is among the displaced instructions, in a stub. */
	readonly inStubs: boolean;
}

/** The last object that was loaded at the address: one that was closed may have left its addresses to another. */
function whereIs(objects: readonly LedgerObject[], address: number): Place | null {
	for (const object of [...objects].reverse()) {
		if (address >= object.low && address < object.high) {
			return {object, address: address - object.base, inStubs: false};
		}
		if (address >= object.stubs.low && address < object.stubs.high) return {object, address: 0, inStubs: true};
	}
	return null;
}

type Caller = Pick<AttributedCalls, 'name' | 'caller' | 'object' | 'how'>;

/** A call site that calls another function than the slot's was left by a tail call: that function has jumped here, so its object made the call. */
function callerOf(
	callee: Callee,
	slot: WatchedSlot,
	object: LoadedObject,
	roles: Roles,
	request: AttributionRequest,
): Caller {
	const caller = roles.of(object.path);
	if (callee.kind === 'named' && slot.names.includes(callee.name))
		return {name: callee.name, caller, object, how: 'named'};
	if (callee.kind === 'named') return jumper({object, name: callee.name}, slot, roles, request, longestChain);
	if (callee.kind === 'direct' && !isAt(slot, object, callee.address)) {
		return fromJump(object, callee.address, slot, roles, request, longestChain);
	}
	return {name: null, caller, object, how: callee.kind};
}

/** How many functions in a row are followed that do nothing but jump on. */
const longestChain = 4;

/** The object of the function that jumps: the one that the loader gave `object` for that name. */
function jumper(
	{object, name}: {readonly object: LoadedObject; readonly name: string},
	slot: WatchedSlot,
	roles: Roles,
	request: AttributionRequest,
	left: number,
): Caller {
	const to = request.definerOf(object.path, name);
	const definer = to === null ? null : request.read(to);
	const address = definer?.functions.get(name)?.address;
	if (definer === null || address === undefined) return {name: null, caller: 'unknown', object: null, how: 'jump'};
	return fromJump(definer, address, slot, roles, request, left);
}

function fromJump(
	object: LoadedObject,
	address: number,
	slot: WatchedSlot,
	roles: Roles,
	request: AttributionRequest,
	left: number,
): Caller {
	const caller = roles.of(object.path);
	if (isFolded(slot, object, address)) return {name: null, caller, object, how: 'folded'};
	const names = object.jumpsOf(address);
	const name = names.find(one => slot.names.includes(one)) ?? null;
	// It jumps to the slot's function neither by a name nor directly: then it jumps to another one, which jumps on.
	const [next] = name === null && object !== slot.object ? names : [];
	if (next === undefined || left === 0) return {name, caller, object, how: 'jump'};
	return jumper({object, name: next}, slot, roles, request, left - 1);
}

function isAt(slot: WatchedSlot, caller: LoadedObject, address: number): boolean {
	return slot.object === caller && slot.address === address;
}

function isWithin(slot: WatchedSlot, address: number): boolean {
	return address > slot.address && address < slot.address + slot.size;
}

/** A function that is nothing but a jump to this one is identical code folding only where the object otherwise refers to this one by name. */
function isFolded(slot: WatchedSlot, object: LoadedObject, address: number): boolean {
	if (object !== slot.object || !isThunk(object.elf, address, slot.address)) return false;
	const named = [...object.slots.values()];
	return slot.names.some(name => named.includes(name));
}
