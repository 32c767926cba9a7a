/** This file writes an entry plan as the blob that native/entries/blob.c reads; the layout is native/entries/entries.h. */

import type {Elf} from '../elf/elf.js';
import {type EntryMachine, type EntryPlan, type Fixup, headSize, mostSlots} from './plan.js';

export const blobVersion = 5;

const magic = 0x7365697274796e65n;
const headerSize = 128;
const patchSize = 72;
const fixupSize = 8;
const mostBuildId = 64;
const mostOriginal = 24;

const machineNumbers: Readonly<Record<string, number>> = {x86_64: 62, aarch64: 183};
const fixupKinds = {'relative-32': 0, 'branch-26': 1, 'absolute-64': 2} as const satisfies Record<
	Fixup['kind'],
	number
>;

/** `others`: how many rows behind a function's own its row for the other threads is; 0 where all threads share one. */
export function encodeBlob(elf: Elf, {entries}: EntryPlan, machine: EntryMachine, others: number): Uint8Array {
	const codeAddress = machine.preferred(elf);
	const {code, fixups, offsets} = layOut(entries, machine, codeAddress);
	const codeOffset = align(headerSize + entries.length * patchSize + fixups.length * fixupSize);
	const blob = Buffer.alloc(codeOffset + code.length);
	const buildId = Buffer.from(elf.buildId ?? '', 'hex').subarray(0, mostBuildId);

	blob.writeBigUInt64LE(magic, 0);
	blob.writeUInt32LE(blobVersion, 8);
	blob.writeUInt32LE(machineNumbers[elf.machine] ?? 0, 12);
	blob.writeBigUInt64LE(BigInt(blob.length), 16);
	blob.writeUInt32LE(Math.max(0, ...entries.map(({slot}) => (slot ?? -1) + 1)) + others, 24);
	blob.writeUInt32LE(entries.length, 28);
	blob.writeUInt32LE(fixups.length, 32);
	blob.writeUInt32LE(code.length, 36);
	blob.writeBigInt64LE(BigInt(codeAddress), 40);
	blob.writeBigUInt64LE(hashHeaders(elf), 48);
	blob.writeUInt32LE(buildId.length, 56);
	blob.set(buildId, 60);
	blob.writeUInt32LE(others, 124);

	for (const [index, {slot, address, at, via, moved, original}] of entries.entries()) {
		const place = headerSize + index * patchSize;
		const {counter, behind, back} = offsets[index] as Offsets;
		blob.writeBigUInt64LE(BigInt(address), place);
		blob.writeBigUInt64LE(BigInt(at), place + 8);
		blob.writeBigUInt64LE(BigInt(via ?? 0), place + 16);
		blob.writeUInt32LE(slot ?? mostSlots, place + 24);
		blob.writeUInt32LE(counter, place + 28);
		blob.writeUInt32LE(behind, place + 32);
		blob.writeUInt32LE(back, place + 36);
		blob.writeUInt32LE(moved.length, place + 40);
		blob.writeUInt32LE(original.length, place + 44);
		blob.set(original.subarray(0, mostOriginal), place + 48);
	}
	for (const [index, {offset, kind}] of fixups.entries()) {
		const place = headerSize + entries.length * patchSize + index * fixupSize;
		blob.writeUInt32LE(offset, place);
		blob.writeUInt32LE(fixupKinds[kind], place + 4);
	}
	blob.set(code, codeOffset);
	return blob;
}

interface Offsets {
	readonly counter: number;
	readonly behind: number;
	readonly back: number;
}

function layOut(entries: EntryPlan['entries'], machine: EntryMachine, codeAddress: number) {
	const pieces: {readonly offset: number; readonly bytes: Uint8Array}[] = [];
	const fixups: Fixup[] = [];
	const offsets: Offsets[] = [];
	let size: number = headSize;
	for (const entry of entries) {
		const offset = align(size);
		const stub = machine.stub(entry, codeAddress + offset, codeAddress);
		pieces.push({offset, bytes: stub.bytes});
		for (const fixup of stub.fixups) fixups.push({...fixup, offset: offset + fixup.offset});
		offsets.push({counter: offset, behind: offset + stub.behind, back: offset + stub.back});
		size = offset + stub.bytes.length;
	}
	// A fixup is at most a double word, and ends within the code.
	const code = new Uint8Array(align(size) + 16);
	for (const {offset, bytes} of pieces) code.set(bytes, offset);
	return {code, fixups, offsets};
}

function align(size: number): number {
	return (size + 15) & ~15;
}

/** FNV-1a of the program headers, as they are loaded. */
function hashHeaders({bytes, header}: Elf): bigint {
	const {offset, count, entrySize} = header.segments;
	let hash = 0xcbf29ce484222325n;
	for (const byte of bytes.slice(offset, count * entrySize, 'program headers')) {
		hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
	}
	return hash;
}
