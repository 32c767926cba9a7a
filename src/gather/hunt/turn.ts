/** This file lets work without an end in sight be ended: while it runs, nothing else is heard. */

import {setImmediate} from 'node:timers/promises';

/** What has happened meanwhile is heard: signals, times that are over, other threads. Rejects with the signal's reason. */
export async function turn(signal: AbortSignal): Promise<void> {
	await setImmediate();
	signal.throwIfAborted();
}
