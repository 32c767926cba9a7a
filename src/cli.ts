/** This file is the command: argv in, exit status out; the only user of process.argv and process.exitCode. */

import {isatty} from 'node:tty';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io, type Stream} from './commands/command.js';
import {allCommands, commandHint, findCommand} from './commands/index.js';
import {parseInvocation} from './commands/options.js';
import {say} from './commands/say.js';
import {SuiteError, UsageError} from './errors.js';
import {codeOf, fileErrorWords, isOutOfDescriptors} from './process/file-errors.js';

const abort = new AbortController();
/** While a program runs in our place, which signals are for. */
let isAside = false;
/** What can fail anywhere and is nobody's fault in here, with what to do. */
const shortages: ReadonlyMap<string, string> = new Map([
	['EMFILE', "Raise the limit: 'ulimit -n 1024'."],
	['ENFILE', 'Wait, or end what holds so many files open.'],
	['ENOMEM', "Free memory, or raise the limit: 'ulimit -v unlimited'."],
	['EAGAIN', "End other processes, or raise the limit: 'ulimit -u 4096'."],
	['ENOSPC', 'Make room, or set TMPDIR to a folder that has some.'],
	['EDQUOT', 'Make room, or set TMPDIR to a folder that has some.'],
]);
/** Errors that are not printed at the end: a reader that went away (`| head`), and failures that were printed when they happened. */
const told = new Set<unknown>();
const io: Io = {
	env: process.env,
	signal: abort.signal,
	stdout: stream(1, () => process.stdout.on('error', endOutput)),
	// Nobody is left who could be told.
	stderr: stream(2, () => process.stderr.on('error', () => {})),
	stepAside() {
		isAside = true;
		return () => {
			isAside = false;
		};
	},
};
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const signalNumbers = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15} as const;

// Not awaited: the command as one file (src/start.cts) is a script, in which nothing is awaited outside of functions.
main(process.argv.slice(2))
	.catch(report)
	.then(status => {
		process.exitCode ??= status;
	});

// What a run does not need is not loaded: that is most of the time of a short one.
async function main([name, ...words]: readonly string[]): Promise<ExitStatus> {
	if (name === undefined || name === '--help' || name === '-h') {
		const {overview} = await import('./commands/help.js');
		(name === undefined ? io.stderr : io.stdout).write(overview(await allCommands()));
		return name === undefined ? exitStatus.suiteFailed : exitStatus.asExpected;
	}
	if (name === '--version' || name === '-V') {
		const {toolFacts} = await import('./tool.js');
		io.stdout.write(`pyinterpose ${toolFacts().version}\n`);
		return exitStatus.asExpected;
	}
	if (name === 'help') return help(words);
	const command = await named(name);
	if (asksForHelp(words)) {
		const {commandHelp} = await import('./commands/help.js');
		io.stdout.write(commandHelp(command));
		return exitStatus.asExpected;
	}
	const invocation = await parseInvocation(command, words, io);
	for (const signal of signals) process.on(signal, end);
	return command.run(invocation).catch(error => {
		throw toldOfConfig(error, invocation);
	});
}

/** What the user did not write on the command line may be what is wrong with it. */
function toldOfConfig(error: unknown, {config}: Invocation): unknown {
	if (config === null || !(error instanceof UsageError)) return error;
	const hint = `${config} sets options, too; --no-config leaves them out.`;
	return new UsageError(error.message, {hint: error.hint === undefined ? hint : `${error.hint} ${hint}`, cause: error});
}

function end(signal: (typeof signals)[number]): void {
	// It stays listened to: a signal that comes before the program is listened for, or after it has ended, must not end us uncleaned.
	if (isAside) return;
	// A second one ends us at once.
	process.off(signal, end);
	process.exitCode = 128 + signalNumbers[signal];
	abort.abort(new SuiteError(`Ended by ${signal}.`));
}

async function help([name]: readonly string[]): Promise<ExitStatus> {
	const {commandHelp, overview} = await import('./commands/help.js');
	io.stdout.write(name === undefined ? overview(await allCommands()) : commandHelp(await named(name)));
	return exitStatus.asExpected;
}

async function named(name: string): Promise<Command> {
	const command = await findCommand(name);
	if (command === undefined) {
		throw new UsageError(`There is no command '${name}'.`, {hint: await commandHint(name)});
	}
	return command;
}

function asksForHelp(words: readonly string[]): boolean {
	const end = words.indexOf('--');
	return (end < 0 ? words : words.slice(0, end)).some(word => word === '--help' || word === '-h');
}

function endOutput(error: NodeJS.ErrnoException): void {
	if (abort.signal.aborted) return;
	const failure = new SuiteError(`Standard output cannot be written: ${fileErrorWords(error)}.`);
	// The command may have ended well long before: what it wrote last is lost all the same.
	if (error.code !== 'EPIPE') process.exitCode = report(failure);
	told.add(failure);
	abort.abort(failure);
}

function report(error: unknown): ExitStatus {
	if (told.has(error)) return exitStatus.suiteFailed;
	const shortage = shortageIn(error);
	if (shortage !== null) {
		say(io, 'error', `The system refuses: ${fileErrorWords(shortage)}.`, shortages.get(codeOf(shortage)));
	} else if (error instanceof SuiteError) {
		// Messages name files, symbols and builds, which may hold anything.
		say(io, 'error', error.message, error.hint);
	} else {
		io.stderr.write(
			`pyinterpose: error: a fault of its own: ${error instanceof Error ? error.stack : String(error)}\n`,
		);
	}
	return exitStatus.suiteFailed;
}

/** Where files may not be opened any more, it says nothing which one it was that could not. */
function shortageIn(error: unknown): unknown {
	if (error instanceof SuiteError) return isOutOfDescriptors(error.cause) ? error.cause : null;
	return shortages.has(codeOf(error)) ? error : null;
}

/** Opened at the first write: Node makes a pipe non-blocking when it opens it, for a program that shares it too. */
function stream(descriptor: 1 | 2, open: () => NodeJS.WriteStream): Stream {
	const isTerminal = isatty(descriptor);
	let opened: NodeJS.WriteStream | undefined;
	const to = () => {
		opened ??= open();
		return opened;
	};
	return {
		isTerminal,
		get columns() {
			return (isTerminal && to().columns) || 80;
		},
		get rows() {
			return (isTerminal && to().rows) || 24;
		},
		colour: wantsColour(isTerminal),
		write: text => void to().write(text),
	};
}

/** As https://no-color.org and https://force-color.org have it; a dumb terminal shows escape sequences as they are. */
function wantsColour(isTerminal: boolean): boolean {
	const {NO_COLOR = '', FORCE_COLOR = '', TERM} = process.env;
	if (NO_COLOR !== '') return false;
	if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
	return isTerminal && TERM !== 'dumb';
}
