/** This file takes from an ELF file all that it can run without: the symbol table, and the section table. */

import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {prefixOf} from './compiler.js';

export function makeBare(path: string, command: string): void {
	execFileSync(`${prefixOf(command)}strip`, [path]);
	const bytes = readFileSync(path);
	// Where the section table is, how many entries it has, and which of them names the others.
	bytes.writeBigUInt64LE(0n, 0x28);
	bytes.writeUInt16LE(0, 0x3c);
	bytes.writeUInt16LE(0, 0x3e);
	writeFileSync(path, bytes);
}
