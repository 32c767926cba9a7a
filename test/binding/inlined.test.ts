/** This file holds where exported functions are said to be inlined to what their source calls. */

import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {exportedFunctions} from '../../src/binding/exports.js';
import {type InlinedFunction, inlinedFunctions} from '../../src/binding/inlined.js';
import {readElf} from '../../src/elf/elf.js';
import {findDebugInformation} from '../../src/object/debug-files.js';
import {file, needing} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

function read(path: string): readonly InlinedFunction[] {
	const found = findDebugInformation(path, {});
	if (found.kind === 'missing') throw new Error(found.reason);
	return inlinedFunctions(found.open(), exportedFunctions(readElf(readFileSync(path))));
}

function compile(t: ExecutionContext, source: string, flags: readonly string[]): string {
	return workshop(t).compile('liba.so', source, ['-shared', '-fPIC', '-g', '-O2', ...flags]);
}

/** By function: copies by whom, recursive, merged. */
function told(functions: readonly InlinedFunction[]) {
	return functions.map(({symbol, places, recursive, merged}) => [
		symbol,
		places.map(({within}) => within ?? '?').sort(),
		recursive,
		merged,
	]);
}

const nsi = ['-fno-semantic-interposition'];
const isTold = test.macro<[source: string, flags: readonly string[], expected: unknown]>(
	(t, source, flags, expected) => {
		t.deepEqual(told(read(compile(t, source, flags))), expected as never);
	},
);

const calls = `
int answer(int q) { return q * 6 + 7; }
int once(int q) { return answer(q) ^ 3; }
int twice(int q) { return answer(q) + answer(q ^ 5); }
`;
test('a function is inlined where its source calls it', isTold, calls, nsi, [
	['answer', ['once', 'twice', 'twice'], 0, 0],
]);
test('at default flags nothing that is exported is inlined', isTold, calls, [], []);

const alike = `
int counter;
__attribute__((noinline)) int one(int n) { for (int i = 0; i < n; i++) counter += i * n; return counter; }
__attribute__((noinline)) int two(int n) { for (int i = 0; i < n; i++) counter += i * n; return counter; }
`;
test('a function that the compiler found to be the same as another does not call it', isTold, alike, nsi, []);

const split = `
extern int slow(int, int);
int split(int n)
{
	if (n < 10)
		return n;
	int sum = 0;
	for (int i = 0; i < n; i++) sum += slow(i, n) * slow(n, i);
	for (int i = 0; i < n; i++) sum ^= slow(i, sum);
	return sum + slow(n, 3);
}
int user(int n) { return split(n) + 1; }
int other(int n) { return split(n) - 1; }
`;
test('of a function that was split in two, a copy of its first half is one', t => {
	const functions = read(compile(t, split, [...nsi, '-O2']));
	t.deepEqual(
		functions.map(({symbol, places}) => [symbol, places.map(({within}) => within)]),
		[['split', ['user', 'other']]],
	);
});

const splitAround = `
extern int slow(int, int);
__attribute__((always_inline)) int inner(const int *some, int count)
{
	if (!some)
		return 0;
	int sum = 0;
	for (int i = 0; i < count; i++) sum += slow(some[i], i);
	return sum;
}
int outer(const int *some, int count) { return inner(some, count); }
int user(const int *some) { return outer(some, 3) + 1; }
`;
test(
	'of a function that was split with the one that it was inlined into, both halves are one copy',
	isTold,
	splitAround,
	[...nsi, '-w'],
	[
		['inner', ['outer', 'user'], 0, 2],
		['outer', ['user'], 0, 2],
	],
);

const shadowed = `
int answer(int q) { return q * 6 + 7; }
int once(int q) { return answer(q) ^ 3; }
`;
const shadow = `
static int answer(int q) { return q * 2 + 1; }
int other(int q) { return answer(q) ^ 3; }
`;
test('a static function of the same name in another unit is another function', t => {
	const second = workshop(t).file('b.c', shadow);
	t.deepEqual(told(read(compile(t, shadowed, [...nsi, '-x', 'c', second]))), [['answer', ['once'], 0, 0]]);
});

const alias = `
int inner(int q) { return q * 6 + 7; }
extern __typeof(inner) outer __attribute__((alias("inner")));
int once(int q) { return inner(q) ^ 3; }
`;
test('an alias has the copies of the function whose address it shares', isTold, alias, nsi, [
	['inner', ['once'], 0, 0],
	['outer', ['once'], 0, 0],
]);

const recursive = `
int power(int q, int n) { return n < 1 ? q : power(q * 3, n - 1) * power(q, n - 2); }
int last(int q) { return power(q, 7); }
`;
test('a function that is inlined into itself is recursive there', t => {
	const [power] = read(compile(t, recursive, [...nsi, '-O3']));
	t.is(power?.symbol, 'power');
	t.true((power?.recursive ?? 0) > 0);
	t.true(power?.places.every(({within}) => within === 'last'));
});

const [libpython] = systemLibpythons().filter(path => findDebugInformation(path, {}).kind === 'found');
const needsLibpython = needing(file(libpython, 'a libpython with debug information'));
needsLibpython(
	'Debian’s libpython, whose exported functions may not be inlined, has no copy that a call asked for',
	t => {
		const functions = read(libpython ?? '');
		t.deepEqual(
			functions.flatMap(({places}) => places),
			[],
		);
		t.true(functions.some(({merged}) => merged > 0) && functions.some(({recursive}) => recursive > 0));
	},
);
