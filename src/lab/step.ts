/** This file runs one long command of a build, its output kept in a log, with a word on the way and a reason at a failure. */

import {existsSync, readFileSync} from 'node:fs';
import {appendFile} from 'node:fs/promises';
import {SuiteError} from '../errors.js';
import {runChild} from '../process/child.js';
import {endingInWords, succeeded} from '../process/ending.js';
import {withTemporaryFolder} from '../process/temporary.js';

export interface BuildStep {
	/** As messages name it: `shared: make`. */
	readonly name: string;
	readonly file: string;
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** Appended to. */
	readonly log: string;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
	/** Called about once a second with what to show. */
	readonly now: (text: string) => void;
}

/** Errors: SuiteError with the first complaint in the log. An abort rejects with the signal's reason. */
export async function runStep(step: BuildStep): Promise<void> {
	const before = existsSync(step.log) ? readFileSync(step.log).length : 0;
	await appendFile(step.log, `\n$ ${[step.file, ...step.argv].map(quoted).join(' ')}\n`);
	const stop = watch(step);
	try {
		// What a compiler that is ended leaves in its temporary folder goes with the folder, as does the named pipe of make's jobs.
		const {exit} = await withTemporaryFolder(step.env, 'code', temporary =>
			runChild({
				// The log takes the output as it comes, so that it is there to read when the machine goes down.
				file: '/bin/sh',
				argv: ['-c', 'log=$1; shift; exec "$@" >>"$log" 2>&1', 'sh', step.log, step.file, ...step.argv],
				env: {...step.env, TMPDIR: temporary},
				cwd: step.cwd,
				timeoutSeconds: step.timeoutSeconds,
				signal: step.signal,
			}),
		);
		if (succeeded(exit)) return;
		const log = readFileSync(step.log).subarray(before).toString('utf8');
		throw new SuiteError(`${step.name} ${endingInWords(exit)}. ${complaint(log)}`, {
			hint: hintFor(log) ?? `Read ${step.log}.`,
		});
	} finally {
		stop();
	}
}

/** The line of a log that says what went wrong: the first that a tool marks as an error, else the last. */
export function complaint(log: string): string {
	const lines = log.split('\n').filter(line => line.trim() !== '');
	const marked = markers.map(marker => lines.find(line => marker.test(line))).find(line => line !== undefined);
	return (marked ?? lines.at(-1) ?? 'It said nothing.').trim();
}

const markers = [
	/No space left on device/,
	/\bfatal error:|configure: error:|error: C compiler cannot/,
	/\berror:|undefined reference/,
	/^make.*\*\*\*/,
];

function hintFor(log: string): string | null {
	if (/No space left on device/.test(log))
		return "Free some space, or run 'pyinterpose lab clean'; then build again: it resumes.";
	if (/C compiler cannot create executables|no acceptable C compiler/.test(log))
		return 'Install a C compiler, or name one in CC.';
	return null;
}

function quoted(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function watch({log, name, now}: BuildStep): () => void {
	const start = process.hrtime.bigint();
	const timer = setInterval(() => {
		const seconds = Number((process.hrtime.bigint() - start) / 1_000_000_000n);
		const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
		now(`${name}: ${time}, ${compiled(log)} files compiled`);
	}, 1000);
	return () => clearInterval(timer);
}

function compiled(log: string): number {
	return readFileSync(log, 'utf8').split(/^\S*(?:cc|gcc|clang)\S* .*-c /m).length - 1;
}
