/** This file holds all that was gathered in one audit together, and answers what several of its parts ask. */

import {basename} from 'node:path';
import {tables} from '../../ledger/tables.js';
import type {AttributedCalls, Roles} from './attribute.js';
import type {AuditLedger} from './ledger.js';
import type {LoadedObject} from './object.js';
import type {AuditPlan} from './plan.js';
import type {AuditRequest} from './request.js';
import type {Scene} from './scene.js';

export interface Context {
	readonly request: AuditRequest;
	readonly scene: Scene;
	readonly plan: AuditPlan;
	readonly ledger: AuditLedger;
	readonly who: Roles;
	readonly calls: readonly AttributedCalls[];
	readonly jumps: ReadonlyMap<LoadedObject, ReadonlyMap<string, number>>;
}

/**
 * The name to report for a call whose site tells none: one that its object imports, or that a library overrides; the plainest of them.
 * A library may forward by a name that it does not override, such as `__sbrk`: such a call is one of the function all the same.
 */
export function nameOf({name, slot, object, caller}: AttributedCalls, {scene}: Context): string | null {
	if (name !== null && (caller !== 'preload' || scene.overrides.has(name))) return name;
	const imported = slot.names.filter(one => object?.imports.has(one) === true);
	if (caller !== 'preload' && imported.length === 1) return imported[0] ?? null;
	const overridden = slot.names.filter(one => scene.overrides.has(one));
	return (overridden.length > 0 ? overridden : slot.names).toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** Why entries of a function of an object were not counted; null where they were. */
export function whyUncounted(object: LoadedObject, symbol: string, {plan, ledger}: Context): string | null {
	const planned = plan.uncounted(object, symbol);
	if (planned !== null) return `${basename(object.path)}: ${planned}`;
	const loaded = ledger.objects.filter(({path}) => path === object.path);
	if (
		loaded.length > 0 &&
		loaded.every(({outcome}) => outcome === null) &&
		plan.slots.some(slot => slot.object === object)
	) {
		return `${basename(object.path)}: it was opened while the program ran, when it could not be watched`;
	}
	const failed = loaded.find(({outcome}) => outcome !== null && outcome > 0)?.outcome ?? null;
	if (failed !== null) return `${basename(object.path)}: ${tables().reasons[failed] ?? 'unknown'}`;
	return null;
}
