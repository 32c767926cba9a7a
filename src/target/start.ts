/** This file starts a target once, without a shim, and reads what it says of itself. */

import {fileURLToPath} from 'node:url';
import {byCodeUnit} from '../model/order.js';
import type {PythonFacts} from '../model/report.js';
import type {FoundTarget, Launch, Preload} from '../model/target.js';
import {runChild} from '../process/child.js';
import {type Ending, endingInWords, succeeded} from '../process/ending.js';
import {complain, lastLine} from './complaints.js';
import {targetEnvironment} from './environment.js';
import {preloadSeen, withPreloaded} from './preloaded.js';
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
	/** The files of which code is mapped, sorted: at what addresses they lie differs from start to start. Null as above. */
	readonly objects: readonly string[] | null;
	/** Null where it does not start with something preloaded, or does not show what is mapped. */
	readonly preload: Preload | null;
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
	const start = (added: Readonly<Record<string, string>>) =>
		runChild({
			file: launch.file,
			// Neither the site's packages nor byte code files: a test leaves no trace in somebody's installation.
			argv: [...launch.argv, '-S', '-B', program],
			env: {...targetEnvironment(env), ...launch.env, ...added},
			timeoutSeconds,
			signal,
		});
	const preloaded = await withPreloaded(env, path => start({LD_PRELOAD: path}));
	const first = spokenIn(preloaded.stdout);
	if (first !== null) return {...first, preload: preloadSeen(first.objects), ending: endingOf(preloaded.exit)};
	// What does not start with anything preloaded is described all the same.
	const {exit, stdout, stderr} = await start({});
	const spoken = spokenIn(stdout);
	if (spoken !== null) return {...spoken, preload: null, ending: endingOf(exit)};
	if (succeeded(exit)) throw complain({kind: 'silent', path});
	throw complain({
		kind: 'does-not-start',
		path,
		ending: endingInWords(exit),
		said: lastLine(stderr),
		library: embedded,
	});
}

function endingOf(exit: Ending): string | null {
	return succeeded(exit) ? null : endingInWords(exit);
}

/** Null where it said nothing, or was ended in the middle of the sentence. */
function spokenIn(stdout: string): Omit<Spoken, 'ending' | 'preload'> | null {
	const line = /^pyinterpose-describe (\{.*\})$/m.exec(stdout)?.[1];
	try {
		if (line === undefined) return null;
		const spoken = JSON.parse(line);
		return {...spoken, objects: spoken.objects?.sort(byCodeUnit) ?? null};
	} catch {
		return null;
	}
}
