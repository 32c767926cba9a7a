/** This file runs C compilers, and finds out by trying which of them this machine has. */

import {execFileSync, spawnSync} from 'node:child_process';
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

/**
 * Whether the linker has an object look up by name what it calls of its own indirect functions: mold 1 does, mold 2 binds such calls to
 * what the resolver chooses. Readelf tells by the slot: its relocation names the function, or only holds the resolver's address.
 */
export function namesIndirect(compiler: Compiler): boolean {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	try {
		const [source, library] = [join(folder, 'indirect.c'), join(folder, 'indirect.so')];
		writeFileSync(source, indirect);
		compile(compiler, ['-fPIC', '-shared', '-o', library, source]);
		const {stdout} = spawnSync('readelf', ['-rW', library], {encoding: 'utf8'});
		return / R_X86_64_(JUMP_SLOT?|GLOB_DAT)\b.*\bindirect\b/.test(stdout);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

const indirect = `
	static volatile int has_none;
	static int chosen(int x) { return x; }
	static int (*resolve(void))(int) { return has_none ? 0 : chosen; }
	__attribute__((ifunc("resolve"))) int indirect(int);
	int call(int x) { return indirect(x) + 1; }
`;
