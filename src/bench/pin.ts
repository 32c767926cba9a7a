/** This file binds runs to one processor, where the machine lets it. */

import {readFileSync} from 'node:fs';
import {runChild} from '../process/child.js';
import {succeeded} from '../process/ending.js';

/** Null where there is no taskset, or it is refused. */
export async function processorToPin(signal: AbortSignal): Promise<number | null> {
	const last = lastAllowed();
	if (last === null) return null;
	const {exit} = await runChild({
		file: 'taskset',
		argv: ['-c', String(last), 'true'],
		env: {PATH: process.env.PATH ?? '/usr/bin:/bin'},
		timeoutSeconds: 10,
		signal,
	});
	return succeeded(exit) ? last : null;
}

/** The first one has the interrupts on most machines. */
function lastAllowed(): number | null {
	try {
		const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
		const last = Number(/(\d+)$/.exec(list ?? '')?.[1]);
		return Number.isInteger(last) ? last : null;
	} catch {
		return null;
	}
}
