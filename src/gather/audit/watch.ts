/** This file watches the program: in the way that lets it end as it does without us. */

import {endingInWords} from '../../process/ending.js';
import type {AuditRequest} from './request.js';
import {type LoaderRun, runWatched, type WatchedRun, waysToWatch} from './run.js';

/** A program that ends otherwise under an audit module is watched in the other way. */
export async function watch(request: AuditRequest, folder: string, told: LoaderRun): Promise<WatchedRun> {
	let first: WatchedRun | null = null;
	for (const way of waysToWatch(request.program)) {
		const watched = await runWatched(request.program, folder, way, request);
		if (watched.ledger.ready && sameEnding(told, watched)) return watched;
		first ??= watched;
	}
	return first as WatchedRun;
}

export function sameEnding(told: LoaderRun, watched: WatchedRun): boolean {
	return endingInWords(told.result.exit) === endingInWords(watched.result.exit);
}
