/**
 * This file tests the causes where no data holds the address of a function. That data tells a symbolic link from a compiler
 * that does not honour interposition, so here the answer is often that it cannot be known; it is never a wrong one.
 */

import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gatherStatic} from '../../src/gather/static.js';
import type {Cause} from '../../src/model/verdict.js';
import {folder as scratch} from '../support/cli.js';
import {given, needing} from '../support/needs.js';
import {compile, parse, works} from './compiler.js';

const own = `
__attribute__((noinline)) int own(int x) { __asm__ volatile(""); return x + 1; }
int via_own(int x) { return own(own(x) * 3) ^ x; }
__attribute__((noinline)) int other(int x) { __asm__ volatile(""); return x + 2; }
`;
const callers = `
int other(int);
int via_other(int x) { return other(other(x) * 3) ^ x; }
`;

/** The causes of calls within the unit, and from the other unit; null where they are overridable. */
function causes(build: string, expected: {readonly own: Cause | null; readonly other: Cause | null}): void {
	needing(given(works(parse(build)), build)).serial(
		`${build} without data: calls within a unit are ${told(expected.own)}, between units ${told(expected.other)}`,
		async t => {
			const folder = scratch(t);
			writeFileSync(join(folder, 'own.c'), own);
			writeFileSync(join(folder, 'callers.c'), callers);
			const library = join(folder, 'library.so');
			compile(parse(build), ['-fPIC', '-shared', '-o', library, join(folder, 'own.c'), join(folder, 'callers.c')]);
			const {causeOf, bySymbol} = await gatherStatic(library);
			t.deepEqual({own: causeOf('own'), other: causeOf('other')}, expected);
			t.is(bySymbol.get('own')?.verdict, expected.own === null ? 'preemptible' : 'bound');
			t.is(bySymbol.get('other')?.verdict, expected.other === null ? 'preemptible' : 'bound');
		},
	);
}

function told(cause: Cause | null): string {
	if (cause === null) return 'overridable';
	return cause === 'unknown' ? 'bound, and it does not show why' : `bound because of ${cause}`;
}

causes('gcc -O2', {own: null, other: null});
causes('gcc -O2 -s', {own: null, other: null});
causes('gcc -O2 -fno-semantic-interposition', {own: 'same-unit', other: null});
causes('gcc -O2 -fno-semantic-interposition -s', {own: 'unknown', other: null});
causes('gcc -O2 -fno-semantic-interposition -flto', {own: 'lto', other: 'lto'});
causes('gcc -O2 -fno-semantic-interposition -flto -s', {own: 'unknown', other: 'unknown'});
causes('gcc -O2 -Wl,-Bsymbolic-functions', {own: 'symbolic-functions', other: 'symbolic-functions'});
causes('gcc -O2 -Wl,-Bsymbolic-functions -s', {own: 'unknown', other: 'unknown'});
causes('gcc -O2 -flto -Wl,-Bsymbolic-functions', {own: 'symbolic-functions', other: 'symbolic-functions'});
causes('gcc -O2 -Wl,-Bsymbolic', {own: 'symbolic', other: 'symbolic'});
causes('gcc -O2 -fvisibility=protected -s', {own: 'protected', other: 'protected'});
causes('clang -O2', {own: null, other: null});
causes('clang -O2 -fno-semantic-interposition', {own: 'same-unit', other: null});
causes('clang -O2 -Wl,-Bsymbolic-functions', {own: 'unknown', other: 'unknown'});
causes('clang -O2 -fuse-ld=lld -Wl,-Bsymbolic-functions', {own: 'unknown', other: 'unknown'});
causes('clang -O2 -flto -fuse-ld=lld -fno-semantic-interposition', {own: 'unknown', other: 'unknown'});
causes('clang -O2 -flto -fuse-ld=lld -Wl,-Bsymbolic-functions', {own: 'unknown', other: 'unknown'});
