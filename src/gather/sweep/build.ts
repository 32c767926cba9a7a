/** This file puts a generated shim and its runtime into a folder, from which a target is preloaded. */

import {createHash} from 'node:crypto';
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {codeStamp} from '../../cache/by-file.js';
import {openStore} from '../../cache/store.js';
import {type Elf, readElf} from '../../elf/elf.js';
import {layout} from '../../ledger/layout.js';
import type {Environment} from '../../process/temporary.js';
import type {ShimFunction} from '../../shim/function.js';
import {isShimMachine, shimImage} from '../../shim/image.js';

export interface ShimRequest {
	readonly slots: readonly ShimFunction[];
	readonly machine: string;
	/** The folder of the native part for the program's libc. */
	readonly native: string;
	/** A temporary folder, from which code may be run. */
	readonly folder: string;
	/** Tells where it is kept; without it it is not. */
	readonly env?: Environment;
}

/** `reason` where there is no shim, as the end of a sentence. */
export type ShimBuild =
	/** To be preloaded in this order; the first is the generated one. */
	| {readonly kind: 'built'; readonly paths: readonly [generated: string, runtime: string]}
	| {readonly kind: 'not-built'; readonly reason: string};

/** Both in one folder: where the one can be preloaded, so can the other, and neither comes without the other. */
export function buildShim({slots, machine, native, folder, env = {}}: ShimRequest): ShimBuild {
	if (!isShimMachine(machine)) return {kind: 'not-built', reason: `there are no trampolines for ${machine}`};
	const templateBytes = readFileSync(join(native, 'trampoline.o'));
	const template = readElf(templateBytes);
	if (template.machine !== machine) {
		return {kind: 'not-built', reason: `the trampolines here are for ${template.machine}, not for ${machine}`};
	}
	const [generated, runtime] = [join(folder, 'swept.so'), join(folder, 'sweep.so')];
	writeFileSync(generated, kept(slots, templateBytes, template, env), {mode: 0o700});
	copyFileSync(join(native, 'sweep.so'), runtime);
	return {kind: 'built', paths: [generated, runtime]};
}

/** By all that it is made of, and by the code that makes it. */
function kept(slots: readonly ShimFunction[], bytes: Uint8Array, template: Elf, env: Environment): Buffer {
	const store = openStore(env, 'shims');
	const made = createHash('sha256').update(codeStamp()).update(JSON.stringify(layout(), bigints)).update(bytes);
	const lines = slots.map(
		({name, version, hidden, named, ofLibc = false}) => `${name}\0${version}\0${hidden}\0${named}\0${ofLibc}\n`,
	);
	made.update(lines.join(''));
	const key = made.digest('hex');
	const known = store.get(key);
	if (known !== undefined) return known;
	const image = shimImage(slots, template, layout());
	store.set(key, image);
	return image;
}

function bigints(_: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value;
}
