/** This file tells where an object's functions are inlined, and keeps that as long as object and debug information stay the same. */

import {keptByFile} from '../cache/by-file.js';
import {contentStampAt} from '../process/file-identity.js';
import type {Environment} from '../process/temporary.js';
import type {InlinedEvidence} from './inlined-evidence.js';

/** Errors: those of reading the object itself. */
export async function gatherInlined(path: string, env: Environment): Promise<InlinedEvidence> {
	const kept = keptByFile<Kept>(path, 'inlined', env);
	const known = kept.get();
	if (known?.looked.every(({path, stamp}) => contentStampAt(path) === stamp)) return known.evidence;
	const {readInlined} = await import('./read-inlined.js');
	const {evidence, looked} = readInlined(path, env);
	kept.set({evidence, looked: looked.map(path => ({path, stamp: contentStampAt(path)}))});
	return evidence;
}

interface Kept {
	readonly evidence: InlinedEvidence;
	/** Where debug information is looked for, each with what is there. */
	readonly looked: readonly {readonly path: string; readonly stamp: string | null}[];
}
