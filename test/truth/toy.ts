/** This file builds the toy library under given flags and counts, with an override in front, what runs. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {makeBare} from './bare.js';
import {type Compiler, compile, prefixOf} from './compiler.js';

export interface Toy {
	/** The object that defines the leaves. */
	readonly interpreter: string;
	readonly linkage: 'shared' | 'static';
	/** Of every leaf: how often it was entered, and how often its override ran. */
	readonly counts: ReadonlyMap<string, Count>;
}

export interface Count {
	readonly entered: number;
	readonly ran: number;
}

export function source(name: string): string {
	return fileURLToPath(new URL(`../../../test/truth/toy/${name}`, import.meta.url));
}

/** The leaves, from the header's own list. */
export const leaves: readonly string[] = [...readFileSync(source('toy.h'), 'utf8').matchAll(/^\tLEAF\((\w+)\)/gm)].map(
	([, name]) => name as string,
);

/** Builds the leaves as a library, and a program beside it that calls them. `bare` takes the library's tables away. */
export function sharedToy(folder: string, compiler: Compiler, bare = false): Toy {
	const interpreter = join(folder, 'libtoy.so');
	compile(compiler, [...shared(interpreter), source('leaves.c'), source('callers.c')]);
	const plain = {command: compiler.command, flags: ['-O1']};
	const main = join(folder, 'main');
	compile(plain, ['-o', main, source('main.c'), ...beside(folder, plain), interpreter]);
	if (bare) makeBare(interpreter, prefixOf(compiler.command));
	return {interpreter, linkage: 'shared', counts: count(folder, compiler, main)};
}

/** Builds the leaves into the program itself. */
export function staticToy(folder: string, compiler: Compiler, bare = false): Toy {
	const interpreter = join(folder, 'main');
	const other = beside(folder, {command: compiler.command, flags: ['-O1']});
	compile(compiler, [
		'-rdynamic',
		'-o',
		interpreter,
		source('leaves.c'),
		source('callers.c'),
		source('main.c'),
		...other,
	]);
	if (bare) makeBare(interpreter, prefixOf(compiler.command));
	return {interpreter, linkage: 'static', counts: count(folder, compiler, interpreter)};
}

function shared(output: string): string[] {
	return ['-fPIC', '-shared', `-Wl,-soname,${output.replace(/.*\//, '')}`, '-o', output];
}

/** The override and another library; what links a program with the latter. */
function beside(folder: string, plain: Compiler): string[] {
	const other = join(folder, 'libother.so');
	compile(plain, [...shared(other), source('library.c')]);
	compile(plain, [...shared(join(folder, 'shim.so')), source('shim.c'), '-ldl']);
	return [other, '-ldl', '-Wl,-rpath,$ORIGIN'];
}

function count(folder: string, {command}: Compiler, main: string): ReadonlyMap<string, Count> {
	const shim = join(folder, 'shim.so');
	const output =
		command === 'aarch64-linux-gnu-gcc'
			? execFileSync('qemu-aarch64', ['-L', '/usr/aarch64-linux-gnu', '-E', `LD_PRELOAD=${shim}`, main], {
					encoding: 'utf8',
				})
			: execFileSync(main, {encoding: 'utf8', env: {LD_PRELOAD: shim}});
	const number = (line: string): number => {
		const found = new RegExp(`^${line} (\\d+)$`, 'm').exec(output);
		if (found === null) throw new Error(`The program printed no '${line}': ${output}`);
		return Number(found[1]);
	};
	const ran = (leaf: string) => number(`ran ${leaf}`) + (leaf === 'aliased' ? number('ran alias') : 0);
	return new Map(leaves.map(leaf => [leaf, {entered: number(`entered ${leaf}`), ran: ran(leaf)}]));
}
