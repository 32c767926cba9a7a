/** This file tells what is kept, and throws it away. */

import {rmSync} from 'node:fs';
import type {Environment} from '../process/temporary.js';
import {cacheFolder, type Kind, kinds} from './folder.js';
import {type KeptFile, keptFiles} from './prune.js';

export interface Inventory {
	readonly kind: Kind;
	/** Null where there is no place for a cache. */
	readonly folder: string | null;
	/** Why the folder is not used, as the end of a sentence; null where it is. */
	readonly refused: string | null;
	readonly files: number;
	readonly bytes: number;
}

export function inventory(env: Environment): readonly Inventory[] {
	return kinds.map(kind => {
		const folder = cacheFolder(env, kind);
		const kept = folder.kind === 'trusted' ? keptFiles(folder.path) : [];
		return {
			kind,
			folder: folder.path,
			refused: folder.kind === 'refused' ? folder.reason : null,
			files: kept.length,
			bytes: kept.reduce((sum, {bytes}) => sum + bytes, 0),
		};
	});
}

/** What was thrown away. A folder that is not ours is left as it is. */
export function clear(env: Environment): readonly KeptFile[] {
	return kinds.flatMap(kind => {
		const folder = cacheFolder(env, kind);
		if (folder.kind === 'refused') return [];
		const kept = keptFiles(folder.path);
		rmSync(folder.path, {recursive: true, force: true});
		return kept;
	});
}
