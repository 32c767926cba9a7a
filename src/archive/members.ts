/** This file reads the members of tar, cpio and ar archives out of a stream. */

import {ArchiveError, type ByteReader} from './stream.js';

/** A regular file in an archive. What is not taken before the next member is asked for is left out. */
export interface Member {
	readonly name: string;
	readonly size: number;
	/** The next `size` bytes; fewer at its end. */
	take(size: number): Promise<Buffer>;
}

/** What is neither file nor link (folders, devices, pipes) is passed over. */
export type ArchiveEntry =
	| FileEntry
	| {
			readonly kind: 'symbolic-link' | 'hard-link';
			/** The name as it stands in the archive. */
			readonly written: string;
			readonly target: string;
	  };

export interface FileEntry {
	readonly kind: 'file';
	readonly written: string;
	readonly isExecutable: boolean;
	/** In seconds since 1970, by which Python tells whether its byte code is that of its source. */
	readonly modified: number;
	readonly member: Member;
}

/** All of a member, for an archive within an archive. */
export async function* contentOf(member: Member): AsyncGenerator<Buffer> {
	for (;;) {
		const piece = await member.take(1 << 16);
		if (piece.length === 0) return;
		yield piece;
	}
}

/** Errors: ArchiveError for what is no tar archive. */
export async function* tarEntries(reader: ByteReader): AsyncGenerator<ArchiveEntry> {
	let longName: string | null = null;
	let longTarget: string | null = null;
	let isBegun = false;
	for (;;) {
		const header = await reader.upTo(512);
		if (header.length > 0 && header.every(byte => byte === 0)) return;
		// Some packers leave the end mark out.
		if (header.length === 0 && isBegun) return;
		if (header.length < 512) throw new ArchiveError('it ends too early');
		isBegun = true;
		if (!sumsUp(header)) throw new ArchiveError('it is no tar archive');
		const size = tarNumber(header.subarray(124, 136));
		const type = String.fromCharCode(header[156] ?? 0);
		const padding = (512 - (size % 512)) % 512;
		if (type === 'L' || type === 'K' || type === 'x') {
			const text = (await reader.exactly(bounded(size, longestName))).toString('utf8');
			await reader.skip(padding);
			if (type === 'L') longName = text.replace(/\0.*$/s, '');
			else if (type === 'K') longTarget = text.replace(/\0.*$/s, '');
			else {
				longName = paxValue(text, 'path') ?? longName;
				longTarget = paxValue(text, 'linkpath') ?? longTarget;
			}
			continue;
		}
		const prefix = field(header, 345, 500);
		const short = field(header, 0, 100);
		const written = longName ?? (prefix === '' ? short : `${prefix}/${short}`);
		const target = longTarget ?? field(header, 157, 257);
		longName = null;
		longTarget = null;
		const isFile = type === '0' || type === '\0' || type === '7';
		const isExecutable = (Number.parseInt(field(header, 100, 108), 8) & 0o111) !== 0;
		const modified = Number.parseInt(field(header, 136, 148), 8) || 0;
		if (isFile) yield {kind: 'file', written, isExecutable, modified, member: member(reader, written, size)};
		else if (type === '1' || type === '2') yield {kind: type === '1' ? 'hard-link' : 'symbolic-link', written, target};
		await leave(reader, size, isFile);
		await reader.skip(padding);
	}
}

/** The "newc" form, which rpm packs. */
export async function* cpioEntries(reader: ByteReader): AsyncGenerator<ArchiveEntry> {
	for (;;) {
		const header = await reader.exactly(110);
		if (!/^07070[12]/.test(header.toString('latin1', 0, 6))) throw new ArchiveError('its payload is no cpio archive');
		const number = (index: number) => Number.parseInt(header.toString('latin1', 6 + index * 8, 14 + index * 8), 16);
		const [mode, modified, size, nameSize] = [number(1), number(5), number(6), number(11)];
		const name = (await reader.exactly(bounded(nameSize, longestName))).toString('utf8').replace(/\0.*$/s, '');
		await reader.skip((4 - ((110 + nameSize) % 4)) % 4);
		if (name === 'TRAILER!!!') return;
		const type = mode & fileType;
		const isExecutable = (mode & 0o111) !== 0;
		if (type === regular)
			yield {kind: 'file', written: name, isExecutable, modified, member: member(reader, name, size)};
		if (type === symbolicLink) {
			const target = (await reader.exactly(bounded(size, longestName))).toString('utf8');
			yield {kind: 'symbolic-link', written: name, target};
		} else await leave(reader, size, type === regular);
		await reader.skip((4 - (size % 4)) % 4);
	}
}

/** A .deb's outer archive. */
export async function* arMembers(reader: ByteReader): AsyncGenerator<Member> {
	if ((await reader.exactly(8)).toString('latin1') !== '!<arch>\n') throw new ArchiveError('it is no ar archive');
	for (;;) {
		const header = await reader.upTo(60);
		if (header.length === 0) return;
		const size = Number(header.toString('latin1', 48, 58).trim());
		if (header.toString('latin1', 58, 60) !== '`\n' || !Number.isSafeInteger(size)) {
			throw new ArchiveError('a member has no header');
		}
		const name = header.toString('latin1', 0, 16).trim().replace(/\/$/, '');
		yield member(reader, name, size);
		await leave(reader, size, true);
		await reader.skip(size % 2);
	}
}

const longestName = 1 << 16;
/** S_IFMT, S_IFREG and S_IFLNK of a file's mode. */
const [fileType, regular, symbolicLink] = [0o170000, 0o100000, 0o120000];
/** How much of the member that was handed out last has been read. */
const taken = new WeakMap<ByteReader, number>();

function member(reader: ByteReader, name: string, size: number): Member {
	taken.set(reader, 0);
	return {
		name: name.replace(/^(\.?\/)+/, ''),
		size,
		async take(wanted) {
			const done = taken.get(reader) ?? 0;
			const bytes = await reader.exactly(Math.min(wanted, size - done));
			taken.set(reader, done + bytes.length);
			return bytes;
		},
	};
}

async function leave(reader: ByteReader, size: number, isFile: boolean): Promise<void> {
	await reader.skip(size - (isFile ? (taken.get(reader) ?? 0) : 0));
}

/** The oldest form has no other mark than its checksum, in which its own field counts as blanks. */
function sumsUp(header: Buffer): boolean {
	const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
	return sum === Number.parseInt(header.toString('latin1', 148, 156), 8);
}

function tarNumber(bytes: Buffer): number {
	// GNU writes large numbers in binary, marked by the highest bit.
	const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0;
	const number = isBinary
		? bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
		: Number.parseInt(bytes.toString('latin1').replace(/[\0 ]+$/, '') || '0', 8);
	if (!Number.isSafeInteger(number)) throw new ArchiveError('a member has no size');
	return number;
}

function paxValue(text: string, key: 'path' | 'linkpath'): string | null {
	return new RegExp(`(?:^|\\n)\\d+ ${key}=([^\\n]*)\\n`).exec(text)?.[1] ?? null;
}

function field(header: Buffer, from: number, to: number): string {
	return header.toString('utf8', from, to).replace(/\0.*$/s, '');
}

function bounded(size: number, most: number): number {
	if (!(size <= most)) throw new ArchiveError('a name is longer than any');
	return size;
}
