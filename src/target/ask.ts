/** This file asks a wrapper, by starting it bare, which ELF file it starts. */

import {realpathSync} from 'node:fs';
import {runChild} from '../process/child.js';
import {endingInWords} from '../process/ending.js';
import {complain, lastLine} from './complaints.js';
import {wrapperEnvironment} from './environment.js';
import type {Surroundings} from './surroundings.js';

/** Bytes in and bytes out: the path may be in any encoding, and 2.7 has no other strings. */
const question = 'import os; os.write(1, b"\\npyinterpose-exe " + os.readlink(b"/proc/self/exe") + b"\\n")';

/** Errors: TargetError where the wrapper does not answer in time. */
export async function askForPython(path: string, {env, signal, timeoutSeconds}: Surroundings): Promise<string> {
	const {exit, stdout, stderr} = await runChild({
		file: path,
		argv: ['-c', question],
		env: wrapperEnvironment(env),
		timeoutSeconds,
		signal,
	});
	const answer = /^pyinterpose-exe (.+)$/m.exec(stdout)?.[1];
	if (answer === undefined) {
		throw complain({kind: 'mute-wrapper', path, ending: endingInWords(exit), said: lastLine(stderr)});
	}
	return whole(answer);
}

/** A wrapper may start what only it can see: a mount that is gone by now, a file in another root. */
function whole(path: string): string {
	try {
		return realpathSync(path);
	} catch (error) {
		throw complain({kind: 'no-such-file', path}, error);
	}
}
