/**
 * This file tests what the static witness counts on small objects, each of a kind that is easily misread, beside a control that
 * differs in the one thing that matters.
 */

import {execFileSync} from 'node:child_process';
import test, {type ExecutionContext} from 'ava';
import {callSites} from '../../src/binding/call-sites.js';
import {findFunction} from '../../src/binding/find-function.js';
import {gatherStatic} from '../../src/gather/static.js';
import type {BindingMode} from '../../src/model/binding.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {given, needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';

/** Preemptible, bound, recursive, folded: calls and addresses together. */
type Counts = readonly [preemptible: number, bound: number, recursive: number, folded: number];

interface Case {
	readonly compiler?: 'gcc' | 'g++' | 'clang' | 'clang++';
	/** One unit each. */
	readonly units: readonly string[];
	readonly flags?: readonly string[];
	readonly strip?: true;
	readonly mode: BindingMode;
	readonly counts: Readonly<Record<string, Counts>>;
}

const counts = test.macro({
	async exec(t: ExecutionContext, _claim: string, {compiler = 'gcc', units, flags = [], strip, mode, counts}: Case) {
		const {folder, file} = workshop(t);
		const isCpp = compiler.endsWith('++');
		const files = units.map((unit, index) => file(`unit${index}.${isCpp ? 'cc' : 'c'}`, unit));
		const library = `${folder}/library.so`;
		execFileSync(compiler, ['-O2', '-fPIC', '-shared', '-w', ...flags, '-o', library, ...files]);
		if (strip) execFileSync('strip', [library]);
		const {report, bySymbol} = await gatherStatic(library);
		const seen = Object.keys(counts).map(symbol => {
			const {calls, addresses, recursive, folded} = bySymbol.get(symbol) ?? {
				calls: none,
				addresses: none,
				recursive: -1,
				folded: -1,
			};
			const [preemptible, bound] = [calls.preemptible + addresses.preemptible, calls.bound + addresses.bound];
			return [symbol, [preemptible, bound, recursive, folded]];
		});
		t.deepEqual(Object.fromEntries(seen), counts);
		t.is(report.binding.mode, mode);
	},
	title: (_, claim, {compiler = 'gcc', flags = [], strip}) =>
		`${[compiler, ...flags, ...(strip ? ['stripped'] : [])].join(' ')}: ${claim}`,
});
const none = {preemptible: 0, bound: 0};

function row(claim: string, one: Case): void {
	const compiler = {command: one.compiler ?? 'gcc', flags: one.flags ?? []};
	needing(given(works(compiler), [compiler.command, ...compiler.flags].join(' ')))(counts, claim, one);
}

const shape = `
	struct Shape { virtual int area(int); virtual int edge(int); virtual ~Shape(); };
	int Shape::area(int x) { return x + 1; }
	int Shape::edge(int x) { return x + 2; }
	Shape::~Shape() {}
	extern "C" int measure(Shape *shape, int x) { return shape->area(x) + shape->edge(x); }
`;
for (const strip of [undefined, true] as const) {
	row('a guard of speculative devirtualization compares an address, and binds nothing', {
		compiler: 'g++',
		units: [shape],
		...(strip && {strip}),
		mode: 'preemptible',
		counts: {_ZN5Shape4areaEi: [1, 0, 0, 0], _ZN5Shape4edgeEi: [1, 0, 0, 0]},
	});
}
for (const flags of [
	['-fpatchable-function-entry=5'],
	['-fpatchable-function-entry=9,4'],
	['-m64', '-pg', '-mfentry', '-mrecord-mcount'],
]) {
	row('a list of functions for tracers refers to none of them', {
		units: ['int step(int x) { return x + 1; }\nint start(int x) { return step(x) + 1; }'],
		flags,
		mode: 'preemptible',
		counts: {step: [1, 0, 0, 0], start: [0, 0, 0, 0]},
	});
}
row('a table of functions beside a list for tracers refers to them', {
	units: [
		'int step(int x) { return x + 1; }\nint start(int x) { return step(x) + 1; }\nint (*const table[])(int) = {step, start};',
	],
	flags: ['-fpatchable-function-entry=5', '-Wl,-Bsymbolic-functions'],
	mode: 'symbolic-functions',
	counts: {step: [0, 2, 0, 0], start: [0, 1, 0, 0]},
});
/** As gcc makes it of a loop around a guard: the address is taken before the loop, and part of the loop is hardly ever run. */
const guardAroundCold = (cold: string) => `
	int step(int x) { return x + 1; }
	int start(int x) { return step(x) + 1; }
	asm(".set own_step, step\\n"
		".globl each\\n .type each, @function\\n"
		"each: push %rbx\\n push %rbp\\n mov %rdi, %rbp\\n lea own_step(%rip), %rbx\\n test %rdi, %rdi\\n je each.cold\\n"
		"1: cmp %rbx, (%rbp)\\n jne 2f\\n mov $1, %eax\\n 2: pop %rbp\\n pop %rbx\\n ret\\n .size each, . - each\\n"
		".section .text.unlikely, \\"ax\\"\\n .type each.cold, @function\\n"
		"each.cold: ${cold}\\n mov %rsi, %rbp\\n jmp 1b\\n .size each.cold, . - each.cold\\n");
`;
row('a guard around which a part of the function stands elsewhere binds nothing', {
	units: [guardAroundCold('nop')],
	flags: ['-m64'],
	mode: 'preemptible',
	counts: {step: [1, 0, 0, 0]},
});
row('so does one whose part ends in a call that does not return, whatever the function behind the part does', {
	units: [
		guardAroundCold('call abort@PLT\\n .size each.cold, . - each.cold\\n .type behind, @function\\n behind: push %rbx'),
	],
	flags: ['-m64'],
	mode: 'preemptible',
	counts: {step: [1, 0, 0, 0]},
});
row('an address that is called in a part of the function that stands elsewhere is bound', {
	units: [guardAroundCold('call *%rbx')],
	flags: ['-m64'],
	mode: 'mixed',
	counts: {step: [1, 1, 0, 0]},
});
row('a guard in a function that ends in a call which does not return binds nothing, whatever the next function does', {
	units: [
		`int step(int x) { return x + 1; }
		int start(int x) { return step(x) + 1; }
		asm(".set own_step, step\\n"
			".globl each\\n .type each, @function\\n"
			"each: push %rbx\\n lea own_step(%rip), %rbx\\n cmp %rbx, (%rdi)\\n jne 1f\\n pop %rbx\\n ret\\n 1: call abort@PLT\\n .size each, . - each\\n"
			".globl next\\n .type next, @function\\n next: push %rbx\\n mov %rdi, %rbx\\n pop %rbx\\n ret\\n .size next, . - next");`,
	],
	flags: ['-m64'],
	mode: 'preemptible',
	counts: {step: [1, 0, 0, 0]},
});
row('an address that is taken to be stored or called is bound', {
	units: [
		`int step(int x) { return x + 1; }
		int (*chosen)(int);
		void choose(int (*now)(int)) { if (now != step) chosen = step; }`,
	],
	flags: ['-fno-semantic-interposition', '-Wl,-Bsymbolic-functions'],
	mode: 'mixed',
	counts: {step: [0, 1, 0, 0]},
});
row('an address that is passed on is bound', {
	units: [
		`int step(int x) { return x + 1; }
		int walk(int (*)(int), int);
		int start(int x) { return walk(step, x) + 1; }`,
		'int walk(int (*how)(int), int x) { return how(how(x)); }',
	],
	flags: ['-Wl,-Bsymbolic'],
	mode: 'symbolic',
	counts: {step: [0, 1, 0, 0], walk: [0, 1, 0, 0]},
});

const fact =
	'__attribute__((noinline)) int fact(int n) { if (n < 2) return 1; __asm__ volatile(""); return n * fact(n - 1); }';
row('gcc binds the call of a function by itself, which is counted apart', {
	units: [fact, 'int fact(int); int twice(int n) { return fact(n) + fact(n + 1); }'],
	flags: ['-fno-optimize-sibling-calls'],
	mode: 'preemptible',
	counts: {fact: [2, 0, 1, 0]},
});
row("clang's call of a function by itself names it", {
	compiler: 'clang',
	units: [fact],
	flags: ['-fno-optimize-sibling-calls'],
	mode: 'preemptible',
	counts: {fact: [1, 0, 0, 0]},
});
const cold = `
	void fail(const char *) __attribute__((cold));
	int sum(int n, int m) {
		if (__builtin_expect(n < 0, 0)) { fail("x"); int r = sum(-n, m) * 3; fail("y"); return r + 7; }
		return m + n;
	}
`;
for (const strip of [undefined, true] as const) {
	row('a call from the part that gcc split off the function is recursive too', {
		units: [cold],
		...(strip && {strip}),
		mode: 'preemptible',
		counts: {sum: [0, 0, 1, 0]},
	});
}

for (const strip of [undefined, true] as const) {
	row('a call from a function of its own that it ends in is none of its calls of itself', {
		units: [
			`int sum(int n, int m);
			static __attribute__((noinline, noclone)) int rest(int n, int m) {
				__asm__ volatile("");
				return n < 0 ? sum(-n, m) * 3 : m + n;
			}
			__attribute__((noinline)) int sum(int n, int m) { return rest(n, m + 1); }
			int other(int n, int m) { return rest(n, m) + 1; }`,
		],
		flags: ['-fno-semantic-interposition'],
		...(strip && {strip}),
		mode: strip ? 'mixed' : 'no-semantic-interposition',
		counts: {sum: [0, 1, 0, 0]},
	});
}

/** What -fipa-icf makes of two functions that are alike. */
const twin = (users: string) => `
	int original(int x) { __asm__ volatile(""); return x * 3; }
	extern __typeof(original) original_local __attribute__((alias("original"), visibility("hidden")));
	__attribute__((naked)) int twin(int x) { __asm__("jmp original_local"); }
	${users}
`;
const many = Array.from(
	{length: 20},
	(_, index) =>
		`int f${index}(int x) { __asm__ volatile(""); return x; } int g${index}(int x) { return f${index}(x) + original(x); }`,
).join('\n');
row('a function that is nothing but a jump is folded where the object names the other one throughout', {
	units: [twin(many)],
	mode: 'preemptible',
	counts: {original: [20, 0, 0, 1], twin: [0, 0, 0, 0]},
});
row('the same jump where nothing names the other one is bound', {
	units: [twin('')],
	mode: 'mixed',
	counts: {original: [0, 1, 0, 0]},
});
row('a function that does nothing but call another is bound where the compiler binds calls', {
	units: [
		`__attribute__((noinline)) int inner(int x) { __asm__ volatile(""); return x * 3; }
		int outer(int x) { return inner(x); }
		int further(int x) { return inner(x) + 1; }
		__attribute__((noinline)) int second(int x) { __asm__ volatile(""); return x * 5; }
		int last(int x) { return second(x) + 1; }
		void *table[] = {inner};`,
		'int inner(int); int elsewhere(int x) { return inner(x) + 2; }',
	],
	flags: ['-fno-semantic-interposition'],
	mode: 'no-semantic-interposition',
	counts: {inner: [2, 2, 0, 0]},
});

const aliased = [
	`__attribute__((noinline)) int data(int x) { __asm__ volatile(""); return x + 1; }
	extern __typeof(data) data_internal __attribute__((alias("data"), visibility("hidden")));`,
	'int data_internal(int) __attribute__((visibility("hidden"))); int one(int x) { return data_internal(x) + 1; }',
	'int data_internal(int) __attribute__((visibility("hidden"))); int two(int x) { return data_internal(x) + 2; }',
	'int data(int); int three(int x) { return data(x) + data(x + 1); }',
];
for (const strip of [undefined, true] as const) {
	row('calls of a hidden alias are bound, and no sign of a flag', {
		units: aliased,
		...(strip && {strip}),
		mode: 'mixed',
		counts: {data: [2, 2, 0, 0]},
	});
}
row('calls that the compiler bound are a sign of its flag', {
	units: [
		`__attribute__((noinline)) int data(int x) { __asm__ volatile(""); return x + 1; }
		int one(int x) { return data(x) + 1; } int two(int x) { return data(x) + 2; }`,
		'int data(int); int three(int x) { return data(x) + data(x + 1); }',
	],
	flags: ['-fno-semantic-interposition'],
	mode: 'no-semantic-interposition',
	counts: {data: [2, 2, 0, 0]},
});
row('once it is stripped, the same could be hidden aliases', {
	units: [
		`__attribute__((noinline)) int data(int x) { __asm__ volatile(""); return x + 1; }
		int one(int x) { return data(x) + 1; } int two(int x) { return data(x) + 2; }`,
		'int data(int); int three(int x) { return data(x) + data(x + 1); }',
	],
	flags: ['-fno-semantic-interposition'],
	strip: true,
	mode: 'mixed',
	counts: {data: [2, 2, 0, 0]},
});

const indirect = `
	static int fast(int x) { return x + 1; }
	static int (*resolve(void))(int) { return fast; }
	int pick(int x) __attribute__((ifunc("resolve")));
	extern int pick_hidden(int) __attribute__((visibility("hidden"), ifunc("resolve")));
	int named(int x) { return pick(x) + 1; }
`;
for (const strip of [undefined, true] as const) {
	row("calls of an indirect function's hidden twin go through an IRELATIVE slot, and are no sign of a flag", {
		units: [`${indirect} int hidden(int x) { return pick_hidden(x) + 1; }`],
		...(strip && {strip}),
		mode: 'mixed',
		counts: {pick: [1, 1, 0, 0]},
	});
}

const large = `
	__attribute__((noinline)) int plain(int x) { __asm__ volatile(""); return x; }
	int again(int x) { return plain(x) + plain(x + 1); }
	int tail(int x) { return plain(x + 3); }
	int (*address(void))(int) { return plain; }
	int (*table[])(int) = {plain};
`;
for (const compiler of ['gcc', 'clang'] as const) {
	row('code of the large model names what it calls, by way of computed addresses', {
		compiler,
		units: [large],
		flags: ['-mcmodel=large'],
		mode: 'preemptible',
		counts: {plain: [5, 0, 0, 0], again: [0, 0, 0, 0]},
	});
}
row('code of the large model binds what the linker binds', {
	units: [large],
	flags: ['-mcmodel=large', '-Wl,-Bsymbolic-functions'],
	mode: 'symbolic-functions',
	counts: {plain: [0, 5, 0, 0], again: [0, 0, 0, 0]},
});

const adjusting = `
	struct A { virtual int a(int); int x; }; struct B { virtual int b(int); int y; };
	struct C : A, B { int b(int) override; };
	int A::a(int i) { return i; } int B::b(int i) { return i + 1; }
	#define STEP __asm__ volatile("" ::: "memory"); y = y * i + (x ^ i);
	#define STEPS STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP STEP
	int C::b(int i) { STEPS STEPS STEPS return y; }
`;
row('a C++ function that adjusts this and jumps binds its jump, and is no sign of a flag', {
	compiler: 'g++',
	units: [adjusting],
	mode: 'mixed',
	counts: {_ZN1C1bEi: [1, 1, 0, 0]},
});

const programs = `
	#include <unistd.h>
	int use(int (*call)(int)) { return call(1) + call(2); }
	int own(int x) { return x; }
	int main(void) { return use(fsync) + fsync(3) + own(4); }
`;
const canonical = test.macro(async (t: ExecutionContext, flags: readonly string[], where: 'plt' | 'relocation') => {
	const {compile} = workshop(t);
	const path = compile('program', programs, ['-O1', '-fno-inline', '-rdynamic', ...flags]);
	const {elf} = readObjectFile(path);
	const sites = (await callSites(elf, findFunction(elf, 'fsync')?.targets ?? [])).filter(
		({form}) => form !== 'call' && form !== 'jump',
	);
	t.deepEqual(
		sites.map(({path, reach}) => ({path, reach})),
		[{path: where, reach: 'preemptible'}],
	);
	// What the executable exports itself is bound, whatever its PLT says.
	t.is((await gatherStatic(path)).bySymbol.get('own')?.verdict, 'bound');
});
test(
	'a position-dependent executable refers to a PLT stub as the address of a function',
	canonical,
	['-no-pie', '-fno-pie'],
	'plt',
);
test('a position-independent one refers to the GOT', canonical, ['-pie', '-fPIE'], 'relocation');
