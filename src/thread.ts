/** This file is what runs in a further thread of the command: a hunt's, or jobs for the main one. */

import {parentPort, workerData} from 'node:worker_threads';
import type {Job, JobName, JobReply, JobRequest} from './process/beside.js';
import type {ThreadPurpose} from './process/thread.js';

/** Loaded as they are asked for: the first one is waited for. */
const jobs = {
	declared: async () => (await import('./target/declared/declare.js')).declaredJob,
	entries: async () => (await import('./gather/prepare-entries.js')).entriesJob,
	inlined: async () => (await import('./gather/inlined.js')).inlinedJob,
} as const satisfies Record<JobName, () => Promise<Job<never, unknown>>>;

const {kind} = workerData as ThreadPurpose;
if (kind === 'hunt') import('./gather/hunt/worker.js');
else parentPort?.on('message', (request: JobRequest) => void answer(request));

async function answer({number, name, input}: JobRequest): Promise<void> {
	try {
		const job: Job<never, unknown> = await jobs[name]();
		const output = await job.work(input as never);
		parentPort?.postMessage({number, kind: 'done', output} satisfies JobReply);
	} catch {
		// Done once more in the main thread, which words the error.
		parentPort?.postMessage({number, kind: 'failed'} satisfies JobReply);
	}
}
