/** This file plans which functions of an audited process are watched, and writes the blob of each object that holds some. */

import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {mayTailJump} from '../../binding/tail-jumps.js';
import {encodeBlob} from '../../entries/blob.js';
import {orElfError} from '../../entries/damaged.js';
import {planEntries} from '../../entries/plan.js';
import {layout} from '../../ledger/layout.js';
import {identity} from '../../process/file-identity.js';
import {bare, type LoadedObject} from './object.js';
import {type Watched, watchingMachine} from './stub.js';

/** The control: libc's start of every program runs it once, and nothing forwards to it. */
export const canary = '__libc_start_main';

/** What one slot of the ledger counts: entries at one address of one object. */
export interface WatchedSlot extends Watched {
	readonly object: LoadedObject;
	readonly address: number;
	readonly size: number;
	/** All the names that the object exports for this address, without versions. */
	readonly names: readonly string[];
}

export interface AuditPlan {
	/** By slot. */
	readonly slots: readonly WatchedSlot[];
	/** Why a function's entries are not counted, by object and bare name. */
	uncounted(object: LoadedObject, name: string): string | null;
}

/** `libraries` are watched whole; of the others, what has one of the `names`. Errors: those of the files; RangeError. */
export async function writePlan(
	folder: string,
	libraries: readonly LoadedObject[],
	others: readonly LoadedObject[],
	names: ReadonlySet<string>,
): Promise<AuditPlan> {
	const {BLOB_MOST_SLOTS: mostSlots} = layout();
	const slots: WatchedSlot[] = [];
	const left = new Map<string, string>();
	for (const object of [...libraries, ...others]) {
		const library = libraries.indexOf(object) + 1;
		const wanted = [...object.functions.values()]
			.filter(({name}) => names.has(bare(name)) || (library === 0 && name === canary))
			.map(({name, address, size, aliases}) => {
				const slot = slots.length;
				const mayJump = mayTailJump(object.elf, address, size);
				slots.push({object, address, size, library, mayJump, names: [...new Set(aliases.map(bare))]});
				return {slot, symbol: name};
			});
		if (wanted.length === 0) continue;
		if (object.elf.machine !== 'x86_64') {
			for (const {symbol} of wanted) left.set(key(object, symbol), `entries are not watched on ${object.elf.machine}`);
			continue;
		}
		const machine = watchingMachine(slot => slots[slot] ?? {library: 0, mayJump: false});
		const plan = orElfError(() =>
			planEntries(
				object.elf,
				wanted.filter(({slot}) => slot < mostSlots),
				machine,
				new Set(),
			),
		);
		for (const {slot, symbol} of wanted)
			if (slot >= mostSlots) left.set(key(object, symbol), 'there are too many functions');
		for (const {symbol, reason} of plan.left) left.set(key(object, symbol), reason);
		if (plan.entries.length === 0) continue;
		const name = `${identity(object.path).replace(':', '-')}.entries`;
		const blob = orElfError(() => encodeBlob(object.elf, plan, machine, 0));
		await writeFile(join(folder, name), blob, {flag: 'wx'});
	}
	return {slots, uncounted: (object, name) => left.get(key(object, name)) ?? null};
}

function key({path}: LoadedObject, name: string): string {
	return `${path}\0${bare(name)}`;
}
