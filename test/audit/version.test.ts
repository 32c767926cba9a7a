/** This file tests that an audit names the version that a caller asks for as the cause, where that is what passes a library by. */

import test from 'ava';
import {audited, functionOf, preloadLibrary, type Scene, told} from '../support/audited-program.js';
import {workshop} from '../support/workshop.js';

/** `api_leaf` in two versions: what the library itself calls is the older one, from one function, and the newer one from another. */
const newer = `
	int api_leaf_two(int x) { return x + 2; }
	__asm__(".symver api_leaf_two, api_leaf@@API_2");
	int api_leaf(int x);
	int api_calls(int times) { int sum = 0; for (int i = 0; i < times; i++) sum += api_leaf(i); return sum; }`;
const older = `
	int api_leaf_one(int x) { return x + 1; }
	__asm__(".symver api_leaf_one, api_leaf@API_1");`;
const script = 'API_1 { global: api_leaf; api_calls; local: *; }; API_2 { global: api_leaf; } API_1;';

/** 50 calls of its own, of the version that it is compiled for; 400 by the library. */
const main = `
	int api_leaf(int x), api_calls(int times);
	#ifdef OLD
	__asm__(".symver api_leaf, api_leaf@API_1");
	#endif
	int main(void) { int sum = api_calls(400); for (int i = 0; i < 50; i++) sum += api_leaf(i); return sum == 0; }`;

const counts = test.macro(async (t, ask: readonly string[], give: string | null, expected: readonly string[]) => {
	const work = workshop(t);
	const map = work.file('api.map', script);
	const one = work.file('older.c', older);
	const flags = ['-O2', '-fPIC', '-shared', one, `-Wl,--version-script=${map}`];
	const interpreter = work.compile('libinterpreter.so', newer, flags);
	const program = work.compile('program', main, ['-O2', ...ask, `-L${work.folder}`, '-linterpreter']);
	const scene: Scene = {work, program, interpreter, env: {LD_LIBRARY_PATH: work.folder}};
	const node = give === null ? null : work.file('override.map', `${give} { global: api_leaf; };`);
	const library = preloadLibrary(scene, 'override.so', [
		'-DNEVER',
		...(node === null ? [] : [`-Wl,--version-script=${node}`]),
	]);
	const build = await audited(scene, [library]);
	t.is(build.inconclusive, null);
	t.deepEqual(told(functionOf(build, 'api_leaf')), expected);
});

const all = ['interpreter 400/0 honored', 'executable 50/0 honored'];
test('a library without versions serves those who ask for the newer version', counts, [], null, all);
test('it serves those who ask for the older one, too', counts, ['-DOLD'], null, all);
test('a library with the version that is asked for serves all who ask for it', counts, [], 'API_2', all);
test('who asks for the older version passes by a library that has the newer one only', counts, ['-DOLD'], 'API_2', [
	'interpreter 400/0 honored',
	'executable 0/50 bypassed version',
]);
test('so do those who ask for the newer one, where the library has the older one', counts, ['-DOLD'], 'API_1', [
	'interpreter 0/400 bypassed version',
	'executable 50/0 honored',
]);
test('a library with a version of its own serves nobody', counts, [], 'MINE_1', [
	'interpreter 0/400 bypassed version',
	'executable 0/50 bypassed version',
]);
