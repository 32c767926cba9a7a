/** This file starts a target once, bare, and reads what it says of itself. */

import {fileURLToPath} from 'node:url';
import type {PythonFacts} from '../model/report.js';
import type {FoundTarget, Launch} from '../model/target.js';
import {runChild} from '../process/child.js';
import {endingInWords, succeeded} from '../process/ending.js';
import {complain, lastLine} from './complaints.js';
import {targetEnvironment} from './environment.js';
import type {Surroundings} from './surroundings.js';

/** What probes/describe.py prints. */
export interface Spoken extends PythonFacts {
	readonly ctypes: boolean;
	readonly declared: Readonly<Record<string, string>>;
	/** Why sysconfig tells nothing, where it does not. */
	readonly declaredUnreadable: string | null;
	/** The folder of os.py. */
	readonly stdlib: string;
	/** The ELF file of the process. */
	readonly executable: string;
	/** Null where the kernel does not let the process see. */
	readonly secure: boolean | null;
	/** The files of which code is mapped; null as above. */
	readonly objects: readonly string[] | null;
	/** How it ended after it had spoken, where that was no success. */
	readonly ending: string | null;
}

const program = fileURLToPath(new URL('../../../probes/describe.py', import.meta.url));

/** Errors: TargetError where it does not start, or says nothing. */
export async function startBare(
	{path}: FoundTarget,
	launch: Launch,
	embedded: string | null,
	{env, signal, timeoutSeconds}: Surroundings,
): Promise<Spoken> {
	const {exit, stdout, stderr} = await runChild({
		file: launch.file,
		// Neither the site's packages nor byte code files: a test leaves no trace in somebody's installation.
		argv: [...launch.argv, '-S', '-B', program],
		env: {...targetEnvironment(env), ...launch.env},
		timeoutSeconds,
		signal,
	});
	const spoken = spokenIn(stdout);
	if (spoken !== null) return {...spoken, ending: succeeded(exit) ? null : endingInWords(exit)};
	if (succeeded(exit)) throw complain({kind: 'silent', path});
	throw complain({
		kind: 'does-not-start',
		path,
		ending: endingInWords(exit),
		said: lastLine(stderr),
		library: embedded,
	});
}

/** Null where it said nothing, or was ended in the middle of the sentence. */
function spokenIn(stdout: string): Omit<Spoken, 'ending'> | null {
	const line = /^pyinterpose-describe (\{.*\})$/m.exec(stdout)?.[1];
	try {
		return line === undefined ? null : JSON.parse(line);
	} catch {
		return null;
	}
}
