/** This file is what runs in a further thread of the command: a hunt's, or jobs for the main one. */

import {parentPort, workerData} from 'node:worker_threads';
import {inlinedJob} from './gather/inlined.js';
import {entriesJob} from './gather/prepare-entries.js';
import type {Job, JobReply, JobRequest} from './process/beside.js';
import type {ThreadPurpose} from './process/thread.js';
import {declaredJob} from './target/declared/declare.js';

const jobs: readonly Job<never, unknown>[] = [inlinedJob, declaredJob, entriesJob];

const {kind} = workerData as ThreadPurpose;
if (kind === 'hunt') import('./gather/hunt/worker.js');
else parentPort?.on('message', (request: JobRequest) => void answer(request));

async function answer({number, name, input}: JobRequest): Promise<void> {
	try {
		const output = await jobs.find(job => job.name === name)?.work(input as never);
		parentPort?.postMessage({number, kind: 'done', output} satisfies JobReply);
	} catch {
		// Done once more in the main thread, which words the error.
		parentPort?.postMessage({number, kind: 'failed'} satisfies JobReply);
	}
}
