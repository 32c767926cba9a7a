/** This file tells where an object's functions are inlined, and keeps that as long as object and debug information stay the same. */

import {exportedFunctions} from '../binding/exports.js';
import type {NamedAddress} from '../binding/inlined.js';
import {keptByFile} from '../cache/by-file.js';
import {readObjectFile} from '../object/object-file.js';
import {beginThread, doBeside, type Job} from '../process/beside.js';
import {contentStampAt} from '../process/file-identity.js';
import type {Environment} from '../process/temporary.js';
import type {InlinedEvidence} from './inlined-evidence.js';
import type {ReadInlined} from './read-inlined.js';

/** What is not kept begins to be read, in a second thread, before this returns. Errors: those of reading the object itself. */
export async function gatherInlined(path: string, env: Environment): Promise<InlinedEvidence> {
	const kept = keptByFile<Kept>(path, 'inlined', env);
	const known = kept.get();
	if (known?.looked.every(({path, stamp}) => contentStampAt(path) === stamp)) return known.evidence;
	beginThread();
	// Asked for in this thread, too.
	const exported = exportedFunctions(readObjectFile(path).elf).map(({name, address}) => ({name, address}));
	const {evidence, looked} = await doBeside(inlinedJob, {path, exported, env: {...env}});
	kept.set({evidence, looked: looked.map(path => ({path, stamp: contentStampAt(path)}))});
	return evidence;
}

interface Kept {
	readonly evidence: InlinedEvidence;
	/** Where debug information is looked for, each with what is there. */
	readonly looked: readonly {readonly path: string; readonly stamp: string | null}[];
}

interface Asked {
	readonly path: string;
	readonly exported: readonly NamedAddress[];
	readonly env: Environment;
}

export const inlinedJob: Job<Asked, ReadInlined> = {
	name: 'inlined',
	work: async ({path, exported, env}) => (await import('./read-inlined.js')).readInlined(path, exported, env),
};
