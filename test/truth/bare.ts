/** This file takes from an ELF file all that it can run without: the symbol table, and the section table. */

import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';

/** `prefix` is what stands before the names of the CPU's binutils: `aarch64-linux-gnu-`. */
export function makeBare(path: string, prefix: string): void {
	execFileSync(`${prefix}strip`, [path]);
	dropSections(path);
}

/** The symbol table is one of the sections. */
export function dropSections(path: string): void {
	const bytes = readFileSync(path);
	// EI_CLASS: the header of ELFCLASS32 has narrower addresses.
	const at = bytes[4] === 1 ? narrow : wide;
	bytes.fill(0, at.offset, at.offset + at.size);
	bytes.writeUInt16LE(0, at.count);
	bytes.writeUInt16LE(0, at.names);
	writeFileSync(path, bytes);
}

/** Where the section table is, how many entries it has, and which of them names the others. */
const wide = {offset: 0x28, size: 8, count: 0x3c, names: 0x3e};
const narrow = {offset: 0x20, size: 4, count: 0x30, names: 0x32};
