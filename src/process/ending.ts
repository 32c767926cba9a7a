/** This file names the ways in which a child can end, and puts each in words. */

export type Ending =
	| {readonly kind: 'exited'; readonly status: number}
	| {readonly kind: 'signalled'; readonly signal: NodeJS.Signals}
	| {readonly kind: 'timed-out'; readonly seconds: number}
	| {readonly kind: 'not-started'; readonly message: string};

/** What follows the name of the program in a sentence, without the full stop: `exited with status 3`. */
export function endingInWords(ending: Ending): string {
	switch (ending.kind) {
		case 'exited':
			return ending.status === 0 ? 'exited normally' : `exited with status ${ending.status}`;
		case 'signalled':
			return `was ended by ${ending.signal}${meaningOf(ending.signal)}`;
		case 'timed-out':
			return `did not end within ${ending.seconds} ${ending.seconds === 1 ? 'second' : 'seconds'} and was killed`;
		case 'not-started':
			return `could not be started (${ending.message})`;
	}
}

/** Whether the child ran to its end and said that all went well. */
export function succeeded(ending: Ending): boolean {
	return ending.kind === 'exited' && ending.status === 0;
}

/** The last line of what a program said on standard error, which says most: a traceback and a loader both end with it. */
export function finalLine(stderr: string): string {
	return stderr.trim().split('\n').at(-1) ?? '';
}

/** Words for an ending, and behind a colon that line, if there is one. */
export function withFinalLine(words: string, stderr: string): string {
	const last = finalLine(stderr);
	return last === '' ? words : `${words}: ${last}`;
}

const meanings: Partial<Record<NodeJS.Signals, string>> = {
	SIGABRT: 'abort',
	SIGBUS: 'bus error',
	SIGFPE: 'arithmetic error',
	SIGILL: 'illegal instruction',
	SIGSEGV: 'segmentation fault',
	SIGSYS: 'forbidden system call',
	SIGTRAP: 'trap',
};

function meaningOf(signal: NodeJS.Signals): string {
	const meaning = meanings[signal];
	return meaning === undefined ? '' : ` (${meaning})`;
}
