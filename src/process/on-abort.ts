/** This file waits for an abort, in as many places as there are children and threads: Node takes more than ten for a leak, and warns of it. */

import {setMaxListeners} from 'node:events';

/** Calls `act` at the abort, until the function that it returns is called. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
	setMaxListeners(0, signal);
	signal.addEventListener('abort', act, {once: true});
	return () => signal.removeEventListener('abort', act);
}
