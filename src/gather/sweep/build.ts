/** This file puts a generated shim and its runtime into a folder, from which a target is preloaded. */

import {copyFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {readElf} from '../../elf/elf.js';
import {layout} from '../../ledger/layout.js';
import {nativeFolder} from '../../ledger/native.js';
import {isShimMachine, type ShimFunction, shimImage} from '../../shim/image.js';

export interface ShimRequest {
	readonly slots: readonly ShimFunction[];
	readonly machine: string;
	/** A temporary folder, from which code may be run. */
	readonly folder: string;
}

/** `reason` where there is no shim, as the end of a sentence. */
export type ShimBuild =
	/** To be preloaded in this order; the first is the generated one. */
	| {readonly kind: 'built'; readonly paths: readonly [generated: string, runtime: string]}
	| {readonly kind: 'not-built'; readonly reason: string};

/** Both in one folder: where the one can be preloaded, so can the other, and neither comes without the other. */
export async function buildShim({slots, machine, folder}: ShimRequest): Promise<ShimBuild> {
	if (!isShimMachine(machine)) return {kind: 'not-built', reason: `there are no trampolines for ${machine}`};
	const template = readElf(await readFile(join(nativeFolder, 'trampoline.o')));
	if (template.machine !== machine) {
		return {kind: 'not-built', reason: `the trampolines here are for ${template.machine}, not for ${machine}`};
	}
	const [generated, runtime] = [join(folder, 'swept.so'), join(folder, 'sweep.so')];
	await writeFile(generated, shimImage(slots, template, layout()), {mode: 0o700});
	await copyFile(join(nativeFolder, 'sweep.so'), runtime);
	return {kind: 'built', paths: [generated, runtime]};
}
