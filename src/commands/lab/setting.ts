/** This file gives the lab its surroundings, as the command line names them. */

import {gatherStatic} from '../../gather/static.js';
import {distributionSource} from '../../lab/distribution.js';
import {defaultJobs, type Lab, labRoot} from '../../lab/lab.js';
import {mustHaveRoom} from '../../lab/room.js';
import {openSource, type Source} from '../../lab/source.js';
import type {Invocation} from '../command.js';
import {progressLine} from '../progress.js';

/** Calls `work` with the lab; the line that shows progress is gone afterwards. */
export async function withLab<T>({options, io}: Invocation, work: (lab: Lab) => Promise<T>): Promise<T> {
	const progress = progressLine(io.stderr);
	try {
		return await work({
			root: labRoot(io.env),
			env: io.env,
			signal: io.signal,
			jobs: Math.ceil(options.positive('jobs') ?? defaultJobs()),
			quick: options.flag('quick'),
			tell: {
				now: progress.show,
				line(text) {
					progress.clear();
					io.stderr.write(`${text}\n`);
				},
			},
			inspect: async path => (await gatherStatic(path, {env: io.env, inlined: false})).report,
		});
	} finally {
		progress.clear();
	}
}

/** The source that the user names, else the distribution's. */
export async function sourceOf({options}: Invocation, lab: Lab): Promise<Source> {
	mustHaveRoom(lab.root);
	return openSource(options.text('source') ?? (await distributionSource(lab)), lab);
}
