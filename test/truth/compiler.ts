/** This file runs C compilers, and finds out by trying which of them this machine has. */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface Compiler {
	readonly command: 'gcc' | 'g++' | 'clang' | 'clang++' | 'aarch64-linux-gnu-gcc';
	readonly flags: readonly string[];
}

/** What stands before the names of a cross compiler's tools: `aarch64-linux-gnu-`. */
export function prefixOf(command: string): string {
	return command.startsWith('aarch64') ? 'aarch64-linux-gnu-' : '';
}

/** From a command line without quotes. */
export function parse(line: string): Compiler {
	const [command, ...flags] = line.split(' ');
	return {command: command as Compiler['command'], flags};
}

/** Errors: the compiler's own, with what it printed. */
export function compile({command, flags}: Compiler, more: readonly string[]): void {
	try {
		execFileSync(command, [...flags, ...more], {encoding: 'utf8', stdio: 'pipe'});
	} catch (error) {
		const said = (error as {readonly stderr?: string}).stderr ?? '';
		throw new Error(`${[command, ...flags, ...more].join(' ')}: ${said || String(error)}`);
	}
}

/** Whether an empty library can be made with these flags. */
export function works(compiler: Compiler): boolean {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	try {
		writeFileSync(join(folder, 'empty.c'), 'int empty;\n');
		compile(compiler, ['-fPIC', '-shared', '-o', join(folder, 'empty.so'), join(folder, 'empty.c')]);
		return true;
	} catch {
		return false;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
