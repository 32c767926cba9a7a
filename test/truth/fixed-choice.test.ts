/**
 * This file holds the static witness to an indirect function whose resolver always chooses the same: clang calls that at once from version 19
 * on, at default flags. Like an inlined call it is none of the function, so ELF shows no reference where no override runs.
 */

import {execFileSync} from 'node:child_process';
import {gatherStatic} from '../../src/gather/static.js';
import {given, needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {parse, works} from './compiler.js';

const library = `
	static __attribute__((noinline)) int chosen(int x) { __asm__ volatile(""); return x + 1; }
	static int (*resolve(void))(int) { return chosen; }
	__attribute__((ifunc("resolve"))) int indirect(int);
	int call(int x) { return indirect(indirect(x) * 3) ^ x; }
`;
const program = `
	#include <stdio.h>
	extern int call(int), ran;
	int main(void) { call(0); printf("%d", ran); return 0; }
`;
const shim = `
	int ran;
	int indirect(int x) { ran += 1; return x + 1; }
`;

for (const build of ['gcc -O2', 'clang -O2', 'clang -O0', 'clang -O2 -fuse-ld=lld', 'gcc -O2 -fuse-ld=mold']) {
	const {command, flags} = parse(build);
	needing(given(works(parse(build)), build)).serial(
		`${build}: an override runs at the calls of a function with one choice that ELF shows by name, and no others`,
		async t => {
			const work = workshop(t);
			const shared = [...flags, '-fPIC', '-shared'];
			const path = work.compile('libindirect.so', library, shared, command);
			// First in the lookup scope, as a preloaded one is.
			const override = work.compile('libshim.so', shim, shared, command);
			const main = work.compile('main', program, [override, path, '-Wl,-rpath,$ORIGIN'], command);
			const ran = Number(execFileSync(main, {encoding: 'utf8'}));
			const {bySymbol} = await gatherStatic(path);
			t.is(bySymbol.get('indirect')?.calls.preemptible, ran);
		},
	);
}
