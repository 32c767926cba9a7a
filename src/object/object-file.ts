/** This file reads ELF objects' files, each once: whoever asks for the same file again is given the same value. */

import {createHash} from 'node:crypto';
import {type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync} from 'node:fs';
import {type FileSpan, skippableSpans} from '../elf/debug-sections.js';
import {type Elf, readElf} from '../elf/elf.js';
import {SuiteError} from '../errors.js';
import {cannotBeRead, codeOf} from '../process/file-errors.js';
import {contentStamp} from '../process/file-identity.js';

export interface ObjectFile {
	/** As long as the file; zeros where debug information stands that was not asked for. */
	readonly bytes: Uint8Array;
	/** Parsed once. Errors: ElfError. */
	readonly elf: Elf;
	/**
	 * The build-id, then a digest of the size and of all bytes but debug information: what is computed without looking at that
	 * depends on nothing else. A build-id alone is not enough: a stripped file has that of its original. Errors: ElfError.
	 */
	readonly digest: string;
}

export interface ReadOptions {
	/** Whether debug information is read, too: it is most of a file that has it, and few need it. */
	readonly debugInformation?: boolean;
}

/** Errors: ElfError for a file that is no ELF object, SuiteError with the system's error as cause for one that cannot be read. */
export function readObjectFile(path: string, {debugInformation = false}: ReadOptions = {}): ObjectFile {
	try {
		const known = remembered(statSync(path, {bigint: true}), debugInformation);
		return known ?? withFile(path, (descriptor, stat) => read(path, descriptor, stat, debugInformation));
	} catch (cause) {
		throw codeOf(cause) === '' ? cause : cannotBeRead(path, cause);
	}
}

/**
 * The first bytes of a file of any kind. An ELF object stays open until the next head is read: who looks at the head may ask for
 * the rest next. Errors: the system's.
 */
export function readHead(path: string): Uint8Array {
	const known = remembered(statSync(path, {bigint: true}), false);
	if (known !== undefined) return known.bytes.slice(0, headSize);
	const descriptor = open(path);
	let stays = false;
	try {
		const key = contentStamp(fstatSync(descriptor, {bigint: true}));
		const head = new Uint8Array(headSize);
		const size = readSync(descriptor, head, 0, headSize, 0);
		stays = size >= 4 && Buffer.from(head.buffer, 0, 4).toString('latin1') === '\u007fELF';
		if (stays) waitFor(key, descriptor);
		return head.subarray(0, size);
	} finally {
		if (!stays) closeSync(descriptor);
	}
}

/** Of the last head that was read. */
let waiting: {readonly key: string; readonly descriptor: number} | undefined;

function waitFor(key: string, descriptor: number): void {
	if (waiting !== undefined) closeSync(waiting.descriptor);
	waiting = {key, descriptor};
}

function openOrWaiting(path: string): number {
	if (waiting?.key !== contentStamp(statSync(path, {bigint: true}))) return open(path);
	const {descriptor} = waiting;
	waiting = undefined;
	return descriptor;
}

const headSize = 4096;
const largest = 2 ** 32;

/** What was read, by inode and times, the most recent last. The oldest is forgotten where together they take more than `mostBytes`. */
const memory = new Map<string, {readonly file: ObjectFile; readonly isWhole: boolean}>();
const mostBytes = 2 ** 28;
/** In milliseconds, of any file system. */
const coarsestTick = 2000;

function remembered(stat: BigIntStats, whole: boolean): ObjectFile | undefined {
	const found = memory.get(contentStamp(stat));
	return found !== undefined && (found.isWhole || !whole) ? found.file : undefined;
}

function remember(stat: BigIntStats, file: ObjectFile, isWhole: boolean): void {
	// A file that was changed just now may be changed once more within the same tick of its times.
	if (Date.now() - Number(stat.ctimeNs / 1_000_000n) < coarsestTick) return;
	memory.delete(contentStamp(stat));
	memory.set(contentStamp(stat), {file, isWhole});
	let total = [...memory.values()].reduce((sum, {file}) => sum + file.bytes.length, 0);
	for (const [key, {file}] of memory) {
		if (total <= mostBytes || memory.size === 1) return;
		memory.delete(key);
		total -= file.bytes.length;
	}
}

/** Opening a pipe may block, and opening a device may act on it: O_NONBLOCK keeps from the one, and fstat(2) comes before any reading. */
function open(path: string): number {
	return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

function withFile<T>(path: string, work: (descriptor: number, stat: BigIntStats) => T): T {
	const descriptor = openOrWaiting(path);
	try {
		return work(descriptor, fstatSync(descriptor, {bigint: true}));
	} finally {
		closeSync(descriptor);
	}
}

function read(path: string, descriptor: number, stat: BigIntStats, whole: boolean): ObjectFile {
	if (!stat.isFile()) throw new SuiteError(`${path} is not a file.`, {hint: 'Give a library or an executable.'});
	if (stat.size > largest) throw new SuiteError(`${path} is larger than ${largest} bytes.`);
	const bytes = new Uint8Array(Number(stat.size));
	const fetch = (from: number, to: number) => fill(descriptor, bytes, from, to);
	if (whole) fetch(0, bytes.length);
	else for (const [from, to] of around(bytes, skippableSpans(bytes, fetch))) fetch(from, to);
	const file = new LazyObjectFile(bytes);
	remember(stat, file, whole);
	return file;
}

/** A file that has shrunk since leaves zeros. */
function fill(descriptor: number, bytes: Uint8Array, from: number, to: number): void {
	for (let at = from; at < to; ) {
		const count = readSync(descriptor, bytes, at, to - at, at);
		if (count === 0) return;
		at += count;
	}
}

function around(bytes: Uint8Array, spans: readonly FileSpan[]): (readonly [from: number, to: number])[] {
	const starts = [0, ...spans.map(({offset, size}) => offset + size)];
	return starts.map((from, index) => [from, spans[index]?.offset ?? bytes.length]);
}

class LazyObjectFile implements ObjectFile {
	#elf: Elf | undefined;
	#digest: string | undefined;

	constructor(readonly bytes: Uint8Array) {}

	get elf(): Elf {
		this.#elf ??= readElf(this.bytes);
		return this.#elf;
	}

	get digest(): string {
		this.#digest ??= digestOf(this.bytes, this.elf);
		return this.#digest;
	}
}

function digestOf(bytes: Uint8Array, {buildId}: Elf): string {
	const hash = createHash('sha256').update(String(bytes.length));
	for (const [from, to] of around(
		bytes,
		skippableSpans(bytes, () => {}),
	))
		hash.update(bytes.subarray(from, to));
	return `${buildId ?? 'no-build-id'}-${hash.digest('hex').slice(0, 32)}`;
}
