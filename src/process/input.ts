/** This file reads text that a user names: a regular file, standard input, or a pipe of the shell's; nothing that could block. */

import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs';
import {Socket} from 'node:net';
import {addAbortSignal, type Readable} from 'node:stream';
import {cannotBeRead} from './file-errors.js';

export interface InputOptions {
	/** How the text is called in an error, if not by its path. */
	readonly name?: string;
	/** As many bytes as the text can have at most. */
	readonly mostBytes: number;
	readonly hint?: string;
	/** Why the file that was opened is not to be read, as the end of a sentence; null where it is. */
	refuse?(stat: Stats): string | null;
}

/** `-` is standard input. Errors: SuiteError naming the file; the signal's reason where the work was aborted. */
export async function readInput(
	path: string,
	{signal, ...options}: InputOptions & {readonly signal: AbortSignal},
): Promise<string> {
	const name = options.name ?? (path === '-' ? 'Standard input' : path);
	try {
		if (path === '-') return await drain(process.stdin, options.mostBytes, signal);
		const pipe = openShellPipe(path);
		return pipe === null ? readRegular(path, options.mostBytes) : await drain(pipe, options.mostBytes, signal);
	} catch (cause) {
		signal.throwIfAborted();
		throw cannotBeRead(name, cause, options.hint);
	}
}

/** Whether the path is one that the shell puts in a pipe's place. */
export function isShellPipe(path: string): boolean {
	return /^\/(dev\/(stdin$|fd\/)|proc\/self\/fd\/)/.test(path);
}

/** A regular file, and nothing else. Errors: SuiteError naming the file. */
export function readRegularFile(path: string, {name = path, mostBytes, hint, refuse}: InputOptions): string {
	try {
		return readRegular(path, mostBytes, refuse);
	} catch (cause) {
		throw cannotBeRead(name, cause, hint);
	}
}

/** Whether it can be read a second time. */
export function isRegularFile(path: string): boolean {
	try {
		return withDescriptor(path, descriptor => fstatSync(descriptor).isFile());
	} catch {
		return false;
	}
}

function readRegular(path: string, mostBytes: number, refuse: InputOptions['refuse'] = () => null): string {
	return withDescriptor(path, descriptor => {
		const stat = fstatSync(descriptor);
		if (!stat.isFile()) throw new Error(`it is ${kindOf(stat)}`);
		const reason = refuse(stat);
		if (reason !== null) throw new Error(reason);
		const chunks: Buffer[] = [];
		// One byte more than the file says that it has shows its end, or that it grows.
		for (let size = 0, count = -1; count !== 0; size += count) {
			const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(stat.size - size + 1, 2 ** 24)));
			count = readSync(descriptor, chunk);
			chunks.push(chunk.subarray(0, count));
			if (size + count > mostBytes) throw tooLarge(mostBytes);
		}
		return Buffer.concat(chunks).toString('utf8');
	});
}

/** To open a FIFO or a device could wait for ever, or do things: it is opened without waiting, and looked at. */
function withDescriptor<T>(path: string, work: (descriptor: number) => T): T {
	const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	try {
		return work(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/**
 * What `<(command)` and `/dev/stdin` name: a pipe that this process has open already. Opened anew, so that not to wait is
 * a property of this reader alone. Null for all else, a FIFO with a name among it, whose writer may never come.
 */
function openShellPipe(path: string): Readable | null {
	if (!isShellPipe(path)) return null;
	const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	if (fstatSync(descriptor).isFIFO()) return new Socket({fd: descriptor, readable: true, writable: false});
	closeSync(descriptor);
	return null;
}

async function drain(stream: Readable, mostBytes: number, signal: AbortSignal): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > mostBytes) throw tooLarge(mostBytes);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function kindOf(stat: Stats): string {
	if (stat.isDirectory()) return 'a directory';
	if (stat.isFIFO()) return 'a named pipe';
	if (stat.isSocket()) return 'a socket';
	return 'a device';
}

function tooLarge(mostBytes: number): Error {
	return new Error(`it is larger than ${mostBytes} bytes`);
}
