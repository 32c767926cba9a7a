/** This file shows that a swept call is the call that was made: whatever its signature, nothing of it is touched. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {needing, program, x86} from '../support/needs.js';
import {emulated, emulation, here, type Machine, type SweptProgram, sweptProgram} from '../support/swept-program.js';
import {type Workshop, workshop} from '../support/workshop.js';

const library = `
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
typedef double quad __attribute__((vector_size(32)));
struct small { int a; double b; };
struct floats { float a, b, c, d; };
struct large { long words[12]; };

int none(void) { return 7; }
long sum(int n, ...) { va_list l; long s = 0; va_start(l, n); while (n--) s = s * 3 + va_arg(l, int); va_end(l); return s; }
double mixed(int n, ...) { va_list l; double s = 0; va_start(l, n); while (n--) { s = s * 2 + va_arg(l, int); s += va_arg(l, double); } va_end(l); return s; }
long many(long a, long b, long c, long d, long e, long f, long g, long h, char i, short j, struct large k, long l)
{ return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j + 11*k.words[11] + 12*l; }
double doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i, float j)
{ return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j; }
struct small make_small(int a, double b) { return (struct small){a, b}; }
struct floats make_floats(float a, float b) { return (struct floats){a, b, a + b, a * b}; }
struct large make_large(long a) { struct large l; for (int i = 0; i < 12; i++) l.words[i] = a * i; return l; }
long double wide(long double a, int b) { return a * b; }
_Complex double rotate(_Complex double a) { return a * 1.0i; }
__int128 huge(__int128 a, long b) { return a * b; }
WIDE quad vectors(quad a, quad b, quad c) { return a * b + c; }
const char *text(const char *a) { return strchr(a, 'x'); }
int apply(int (*f)(int, void *), void *data) { return f(5, data); }
/* Calls within the library, through its PLT. */
long inside(int n) { long s = 0; for (int i = 0; i < n; i++) s += sum(3, i, 2, 1) + none(); return s; }
int exported_data = 3;
`;

const source = String.raw`
#include <complex.h>
#include <stdio.h>
#include <string.h>
typedef double quad __attribute__((vector_size(32)));
struct small { int a; double b; };
struct floats { float a, b, c, d; };
struct large { long words[12]; };
int none(void); long sum(int, ...); double mixed(int, ...);
long many(long, long, long, long, long, long, long, long, char, short, struct large, long);
double doubles(double, double, double, double, double, double, double, double, double, float);
struct small make_small(int, double); struct floats make_floats(float, float); struct large make_large(long);
long double wide(long double, int); _Complex double rotate(_Complex double); __int128 huge(__int128, long);
WIDE quad vectors(quad, quad, quad); const char *text(const char *); int apply(int (*)(int, void *), void *); long inside(int);
extern int exported_data;

static int called(int a, void *b) { return a + *(int *)b + none(); }

/* Every argument register is full of something else at the call: the first call of each goes the slowest way. */
WIDE static void take(void)
{
	struct large l = make_large(3);
	printf("%d %ld %ld %.3f\n", none(), sum(0), sum(9, 1, 2, 3, 4, 5, 6, 7, 8, 9), mixed(9, 1, .5, 2, 1.5, 3, 2.5, 4, 3.5, 5, 4.5, 6, 5.5, 7, 6.5, 8, 7.5, 9, 8.5));
	printf("%ld %.3f\n", many(1, 2, 3, 4, 5, 6, 7, 8, -9, 10, l, 12), doubles(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
	struct small s = make_small(4, 2.5); struct floats f = make_floats(1.5, 2);
	printf("%d %.2f %.2f %.2f %.2f %.2f %ld\n", s.a, s.b, f.a, f.b, f.c, f.d, l.words[11]);
	_Complex double z = rotate(1 + 2i);
	__int128 h = huge((__int128)1 << 70, 3);
	printf("%.3Lf %.1f %.1f %lld %lld\n", wide(1.25L, 4), __real__ z, __imag__ z, (long long)(h >> 64), (long long)h);
	quad a = {1, 2, 3, 4}, b = {5, 6, 7, 8}, c = {.5, .25, .125, .0625}, d = vectors(a, b, c);
	int data = 30;
	printf("%.4f %.4f %.4f %.4f %s %d %ld %d\n", d[0], d[1], d[2], d[3], text("abxcd"), apply(called, &data), inside(10), exported_data);
}

int main(void) { take(); take(); return 0; }
`;

/** Per round of \`take\`, and who calls. */
const expected: readonly (readonly [string, number, number])[] = [
	['none', 2, 10],
	['sum', 2, 10],
	['mixed', 1, 0],
	['many', 1, 0],
	['doubles', 1, 0],
	['make_small', 1, 0],
	['make_floats', 1, 0],
	['make_large', 1, 0],
	['wide', 1, 0],
	['rotate', 1, 0],
	['huge', 1, 0],
	['vectors', 1, 0],
	['text', 1, 0],
	['apply', 1, 0],
	['inside', 1, 0],
];

/** Before `vectors` and what calls it. */
const wide =
	process.arch === 'x64' && / avx2 /.test(readFileSync('/proc/cpuinfo', 'utf8'))
		? '__attribute__((target("avx2")))'
		: '';

function build(
	work: Workshop,
	{compiler, cross}: Machine,
	flags: readonly string[],
): {program: string; library: string} {
	const all = [...flags, '-w', '-O1', '-fno-builtin', '-fno-ipa-cp', '-fno-inline', `-DWIDE=${cross ? '' : wide}`];
	const made = work.compile(
		'libfixture.so',
		library,
		[...all, '-shared', '-fPIC', '-Wl,-soname,libfixture.so'],
		compiler,
	);
	const linking = [made, `-Wl,-rpath,${work.folder}`];
	return {program: work.compile('program', source, [...all, ...linking], compiler), library: made};
}

function check(t: ExecutionContext, swept: SweptProgram, bare: string): void {
	t.is(swept.status, 0, swept.stderr);
	t.true(swept.ready);
	t.is(swept.stdout, bare);
	const seen = expected.map(([symbol]) => [
		symbol,
		swept.count(symbol, 'executable'),
		swept.count(symbol, 'interpreter'),
	]);
	t.deepEqual(
		seen,
		expected.map(([symbol, outside, inside]) => [symbol, 2 * outside, 2 * inside]),
	);
}

const passes = test.macro(async (t, machine: Machine, flags: readonly string[]) => {
	const work = workshop(t);
	const {program, library} = build(work, machine, flags);
	const [file = '', ...words] = [...machine.under, program];
	const bare = execFileSync(file, words, {encoding: 'utf8'});
	check(t, await sweptProgram(work, {command: [program], interpreter: library, machine}), bare);
});

test(
	'every kind of argument and result passes a swept call untouched, and each call is counted by caller',
	passes,
	here,
	[],
);
test('so it is where symbols are bound at the start', passes, here, ['-Wl,-z,now']);
test('so it is without a PLT', passes, here, ['-fno-plt']);

needing(x86)('so it is in a build for control-flow enforcement', passes, here, [
	'-fcf-protection',
	'-Wl,-z,shstk,-z,ibt',
]);
needing(program('clang'))('so it is in a build of clang', passes, {...here, compiler: 'clang'}, [
	'-fsemantic-interposition',
]);

const crossed = needing(...emulation);
crossed('every kind of argument and result passes a swept call untouched on aarch64', passes, emulated, []);
crossed('so it is on aarch64 with branch protection', passes, emulated, ['-mbranch-protection=standard']);
