/** This file names the kind of machine that an ELF file is for, from the first bytes of its header. */

import {closeSync, openSync, readSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import {codeOf} from '../process/file-errors.js';

export interface MachineHeader {
	readonly bits: 32 | 64;
	readonly endian: 'little' | 'big';
	/** e_machine. */
	readonly machine: number;
}

const headerLength = 20;

/** Null where the bytes are no ELF header. */
export function machineHeader(bytes: Buffer): MachineHeader | null {
	if (bytes.length < headerLength || bytes.toString('latin1', 0, 4) !== '\x7fELF') return null;
	const endian = bytes[5] === 2 ? 'big' : 'little';
	return {
		bits: bytes[4] === 1 ? 32 : 64,
		endian,
		machine: endian === 'big' ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18),
	};
}

/** What this process is: our shims are built for the same, so a target must be too. */
export function hostHeader(): MachineHeader {
	const file = openOwnFile();
	try {
		const bytes = Buffer.alloc(headerLength);
		readSync(file, bytes, 0, headerLength, 0);
		return machineHeader(bytes) as MachineHeader;
	} finally {
		closeSync(file);
	}
}

/** Errors: SuiteError without /proc, by which our shims tell the interpreter from other programs as well. */
function openOwnFile(): number {
	try {
		return openSync('/proc/self/exe', 'r');
	} catch (cause) {
		// Whatever else the system refuses it says itself.
		if (!['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) throw cause;
		throw new SuiteError('/proc is not mounted: without it no process can be told from another.', {
			hint: 'Mount it: mount -t proc proc /proc',
			cause,
		});
	}
}

export function sameMachine(one: MachineHeader, other: MachineHeader): boolean {
	return one.bits === other.bits && one.endian === other.endian && one.machine === other.machine;
}

/** A packager's words: `64-bit x86_64`, `64-bit big-endian s390x`. */
export function machineName({bits, endian, machine}: MachineHeader): string {
	return `${bits}-bit ${endian === 'big' ? 'big-endian ' : ''}${names[machine] ?? `machine ${machine}`}`;
}

const names: Readonly<Record<number, string>> = {
	3: 'i386',
	8: 'mips',
	20: 'powerpc',
	21: 'ppc64',
	22: 's390x',
	40: 'arm',
	62: 'x86_64',
	183: 'aarch64',
	243: 'riscv',
	258: 'loongarch',
};
