/** This file reads a stream of bytes piece by piece, and never holds more of it than it is asked for. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createReadStream} from 'node:fs';
import type {Transform, Writable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {codeOf} from '../process/file-errors.js';

/** An archive cannot be read on; the message says why. */
export class ArchiveError extends Error {
	override readonly name = 'ArchiveError';
}

export interface Bounds {
	/** Bytes that an archive may give when it is unpacked. */
	readonly unpacked: number;
	/** Bytes of one member that are looked at. */
	readonly member: number;
	readonly signal: AbortSignal;
}

/** Bytes in order. Errors: ArchiveError at an end that comes too early. */
export class ByteReader {
	readonly #chunks: AsyncIterator<Buffer>;
	#held: Buffer = Buffer.alloc(0);
	#left: number;

	constructor(
		stream: AsyncIterable<Buffer>,
		readonly bounds: Bounds,
	) {
		this.#chunks = stream[Symbol.asyncIterator]();
		this.#left = bounds.unpacked;
	}

	/** Fewer than asked for only at the end of the stream. */
	async upTo(size: number): Promise<Buffer> {
		const parts = [this.#held];
		let length = this.#held.length;
		while (length < size) {
			const chunk = await this.#next();
			if (chunk === null) break;
			parts.push(chunk);
			length += chunk.length;
		}
		const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
		this.#held = all.subarray(Math.min(size, all.length));
		return all.subarray(0, size);
	}

	/** The stream need not have come to its end. */
	async close(): Promise<void> {
		await this.#chunks.return?.();
	}

	async exactly(size: number): Promise<Buffer> {
		const bytes = await this.upTo(size);
		if (bytes.length < size) throw new ArchiveError('it ends too early');
		return bytes;
	}

	async skip(size: number): Promise<void> {
		let left = size;
		if (this.#held.length >= left) {
			this.#held = this.#held.subarray(left);
			return;
		}
		left -= this.#held.length;
		this.#held = Buffer.alloc(0);
		while (left > 0) {
			const chunk = await this.#next();
			if (chunk === null) throw new ArchiveError('it ends too early');
			this.#held = chunk.subarray(Math.min(left, chunk.length));
			left -= Math.min(left, chunk.length);
		}
	}

	/** What is left of the stream. */
	async *rest(): AsyncGenerator<Buffer> {
		for (;;) {
			const piece = await this.upTo(pieceSize);
			if (piece.length === 0) return;
			yield piece;
		}
	}

	async #next(): Promise<Buffer | null> {
		this.bounds.signal.throwIfAborted();
		const {value, done} = await this.#chunks.next();
		if (done === true) return null;
		this.#left -= value.length;
		if (this.#left < 0) throw new ArchiveError(`it unpacks to more than ${this.bounds.unpacked} bytes`);
		return value;
	}
}

const pieceSize = 1 << 16;

export function fileStream(path: string): AsyncIterable<Buffer> {
	return createReadStream(path, {highWaterMark: 1 << 18});
}

/**
 * What `read` makes of a stream. However that ends, so does the stream: a program that unpacks it is ended, and the file that it is read
 * from closed.
 */
export async function* reading<T>(
	stream: AsyncIterable<Buffer>,
	bounds: Bounds,
	read: (reader: ByteReader) => AsyncGenerator<T>,
): AsyncGenerator<T> {
	const reader = new ByteReader(stream, bounds);
	try {
		yield* read(reader);
	} finally {
		await reader.close();
	}
}

/** Unpacked as the first bytes say; bytes that no packer begins with stay as they are. Errors: ArchiveError. */
export function unpacked(packed: AsyncIterable<Buffer>, bounds: Bounds): AsyncGenerator<Buffer> {
	return reading(packed, {...bounds, unpacked: Number.POSITIVE_INFINITY}, async function* (reader) {
		const head = Buffer.from(await reader.upTo(6));
		const all = (async function* () {
			yield head;
			yield* reader.rest();
		})();
		const packer = packers.find(({magic}) => magic.every((byte, index) => head[index] === byte));
		if (packer === undefined) yield* all;
		else if (packer.program === null) yield* through(all, createGunzip());
		else yield* throughProgram(all, packer.program, bounds.signal);
	});
}

/** A hostile file may ask the unpacker for all memory: each is told not to give it. */
const packers: readonly {readonly magic: readonly number[]; readonly program: readonly string[] | null}[] = [
	{magic: [0x1f, 0x8b], program: null},
	{magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], program: ['xz', '--decompress', '--stdout', '--memlimit-decompress=256MiB']},
	{magic: [0x28, 0xb5, 0x2f, 0xfd], program: ['zstd', '--decompress', '--stdout', '--quiet', '--memory=256MB']},
	{magic: [0x42, 0x5a, 0x68], program: ['bzip2', '--decompress', '--stdout']},
	// The old form of xz.
	{magic: [0x5d, 0, 0], program: ['xz', '--format=lzma', '--decompress', '--stdout', '--memlimit-decompress=256MiB']},
];

async function* through(packed: AsyncIterable<Buffer>, transform: Transform): AsyncGenerator<Buffer> {
	const feeding = feed(packed, transform);
	try {
		yield* transform as AsyncIterable<Buffer>;
		await feeding;
	} catch (error) {
		throw error instanceof ArchiveError ? error : new ArchiveError(`it cannot be unpacked (${messageOf(error)})`);
	} finally {
		transform.destroy();
	}
}

async function* throughProgram(
	packed: AsyncIterable<Buffer>,
	[file = '', ...argv]: readonly string[],
	signal: AbortSignal,
): AsyncGenerator<Buffer> {
	const child = spawn(file, argv, {stdio: ['pipe', 'pipe', 'pipe'], signal});
	// Where no more files may be opened Node makes no streams, and tells so by an event.
	if (!('stdout' in child)) throw (await once(child, 'error'))[0];
	const ended = new Promise<string | null>(resolve => {
		let said = '';
		child.stderr.setEncoding('utf8').on('data', text => {
			said = (said + text).slice(0, 500);
		});
		child.once('error', error =>
			resolve(codeOf(error) === 'ENOENT' ? `the program ${file} is not installed` : messageOf(error)),
		);
		child.once('close', status =>
			resolve(status === 0 ? null : said.trim().split('\n')[0] || `${file} ended with ${status}`),
		);
	});
	const feeding = feed(packed, child.stdin);
	try {
		yield* child.stdout as AsyncIterable<Buffer>;
		const complaint = await ended;
		if (complaint !== null) throw new ArchiveError(`it cannot be unpacked (${complaint})`);
		await feeding;
	} finally {
		// Whoever stops reading early leaves a program that writes to nobody.
		child.stdout.destroy();
		child.stdin.destroy();
		if (child.exitCode === null && child.pid !== undefined) child.kill('SIGKILL');
	}
}

/** Settles when all is written, or when nobody reads any more. */
async function feed(packed: AsyncIterable<Buffer>, into: Writable): Promise<void> {
	const over = new Promise<void>(resolve => into.once('close', resolve).on('error', () => resolve()));
	try {
		for await (const chunk of packed) {
			if (into.destroyed) return;
			if (!into.write(chunk)) await Promise.race([new Promise(resolve => into.once('drain', resolve)), over]);
		}
		into.end();
	} catch (error) {
		into.destroy(error instanceof Error ? error : new Error(String(error)));
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
