/**
 * This file holds the static witness to what plain compilers and distributions leave behind: nothing that the default flags make
 * is taken for -fno-semantic-interposition. All libraries of the machine are looked at with PYINTERPOSE_ORACLE=all.
 */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {gatherStatic} from '../../src/gather/static.js';
import type {BindingMode} from '../../src/model/binding.js';
import {inspectBytes} from '../elf/support/inspect-bytes.js';
import {libraries, spread} from '../elf/support/libraries.js';
import {given, needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';

/** Recursion, cold parts, alike functions, hidden aliases, indirect functions, tail calls, tables; each is bound somewhere at default flags. */
const c = [
	`
	#include <stddef.h>
	void fail(const char *) __attribute__((cold));
	int counter;
	__attribute__((noinline)) int leaf(int x) { __asm__ volatile(""); return x * 3; }
	extern __typeof(leaf) leaf_internal __attribute__((alias("leaf"), visibility("hidden")));
	__attribute__((noinline)) int alike_one(int n) { for (int i = 0; i < n; i++) counter += i * n; return counter; }
	__attribute__((noinline)) int alike_two(int n) { for (int i = 0; i < n; i++) counter += i * n; return counter; }
	int tree(int n) { if (n < 2) return leaf(n); return tree(n - 1) * 3 + tree(n - 2); }
	int cold(int n, int m) {
		if (__builtin_expect(n < 0, 0)) { fail("x"); int r = cold(-n, m) * 3; fail("y"); return r + 7; }
		return m + n;
	}
	static int fast(int x) { return x + 1; }
	static int (*resolve(void))(int) { return fast; }
	int pick(int x) __attribute__((ifunc("resolve")));
	int tail(int x) { return leaf(x + 1); }
	int wrap(int x) { return leaf(x); }
	int (*const table[])(int) = {leaf, tail, pick};
	int users(int x) { return alike_one(x) + alike_two(x) + pick(x) + leaf_internal(x) + table[x & 1](x); }
	`,
	`
	int leaf(int); int leaf_internal(int) __attribute__((visibility("hidden"))); int tree(int); int alike_one(int);
	void fail(const char *why) { (void) why; }
	int other(int x) { return leaf(x) + leaf_internal(x + 1) + tree(x) + alike_one(x); }
	int further(int x) { return leaf_internal(x); }
	`,
];

/** Virtual calls that are guessed, functions that adjust this, constructors of two kinds, templates, lambdas, exceptions. */
const cpp = [
	`
	#include <functional>
	#include <stdexcept>
	#include <string>
	#include <vector>
	struct Shape { virtual int area(int); virtual int edge(int); virtual ~Shape(); int x; };
	struct Named { virtual std::string name(int); virtual ~Named(); int y; };
	struct Square : Shape, Named { Square(int); int area(int) override; std::string name(int) override; ~Square(); };
	int Shape::area(int n) { return n + x; } int Shape::edge(int n) { return n * x; } Shape::~Shape() {}
	std::string Named::name(int n) { return std::string(n, 'x'); } Named::~Named() {}
	Square::Square(int n) { x = n; y = n; } Square::~Square() {}
	int Square::area(int n) { if (n < 0) throw std::runtime_error("negative"); return n * edge(n); }
	std::string Square::name(int n) { std::string all; for (int i = 0; i < n; i++) all += Named::name(i) + std::to_string(y); return all; }
	int measure(Shape *shape, int n) { return shape->area(n) + shape->edge(n); }
	std::string call(Named *named, int n) { return named->name(n) + named->name(n + 1); }
	template <typename T> T twice(T value, std::function<T(T)> how) { return how(how(value)); }
	int apply(int n) { return twice<int>(n, [](int x) { return x + 1; }) + twice<long>(n, [](long x) { return x * 2; }); }
	std::vector<std::string> all(std::vector<Named *> some) { std::vector<std::string> out; for (auto *one : some) out.push_back(one->name(3)); return out; }
	`,
	`
	struct Shape { virtual int area(int); virtual int edge(int); virtual ~Shape(); int x; };
	int measure(Shape *, int);
	int apply(int);
	struct Circle : Shape { int area(int n) override { return n * 3; } };
	int round(int n) { Circle circle; return measure(&circle, n) + apply(n); }
	`,
];

const noSuchFlag: readonly BindingMode[] = ['no-semantic-interposition', 'no-semantic-interposition-lto'];

const plainly = test.macro({
	async exec(
		t: ExecutionContext,
		compiler: 'gcc' | 'g++' | 'clang' | 'clang++',
		flags: readonly string[],
		strip: boolean,
	) {
		const {folder, file} = workshop(t);
		const isCpp = compiler.endsWith('++');
		const files = (isCpp ? cpp : c).map((unit, index) => file(`unit${index}.${isCpp ? 'cc' : 'c'}`, unit));
		const path = `${folder}/library.so`;
		execFileSync(compiler, ['-fPIC', '-shared', '-w', ...flags, '-o', path, ...files]);
		if (strip) execFileSync('strip', [path]);
		const {report} = await gatherStatic(path);
		t.false(noSuchFlag.includes(report.binding.mode), report.binding.mode);
		t.true(report.symbols.some(({verdict}) => verdict === 'preemptible'));
	},
	title: (_, compiler, flags, strip) =>
		`${[compiler, ...flags].join(' ')}${strip ? ', stripped' : ''}: no sign of -fno-semantic-interposition`,
});

const optimisations = ['-O0', '-O1', '-O2', '-O3', '-Os', '-O2 -g -fno-plt', '-O2 -fcf-protection -Wl,-z,now'];

for (const compiler of ['gcc', 'g++', 'clang', 'clang++'] as const) {
	// clang 14's LTO crashes on an indirect function.
	const lto = compiler === 'clang' ? [] : [compiler === 'clang++' ? '-O2 -flto -fuse-ld=lld' : '-O2 -flto'];
	for (const line of [...optimisations, ...lto]) {
		const flags = line.split(' ');
		for (const strip of [false, true]) {
			const compiles = given(works({command: compiler, flags}), `${compiler} ${line}`);
			needing(compiles).serial(plainly, compiler, flags, strip);
		}
	}
}

/** Debian, like most, compiles with -O2 and without the flag; CPython's own configure may add it. */
const every = libraries().filter(({name, size}) => size < 12_000_000 && !name.startsWith('libpython'));
const chosen =
	process.env.PYINTERPOSE_ORACLE === 'all'
		? every
		: spread(
				every.filter(({size}) => size < 1_000_000),
				60,
			);

test(`of ${chosen.length} libraries of this machine none is said to be built with -fno-semantic-interposition`, async t => {
	t.timeout(600_000);
	const said: string[] = [];
	const modes = new Map<string, number>();
	for (const {path} of chosen) {
		const {report} = await inspectBytes(readFileSync(path));
		const {mode} = report.binding;
		modes.set(mode, (modes.get(mode) ?? 0) + 1);
		if (noSuchFlag.includes(mode)) said.push(`${path}: ${mode}`);
	}
	t.log([...modes].map(([mode, count]) => `${count} ${mode}`).join(', '));
	t.deepEqual(said, []);
	t.true(chosen.length >= 20 || every.length < 20);
});
