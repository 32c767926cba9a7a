/** This file tests what an explanation says of functions that are easily mistaken for another, or for none. */

import {execFileSync} from 'node:child_process';
import test, {type ExecutionContext} from 'ava';
import {SuiteError} from '../../src/errors.js';
import {loadDemangler} from '../../src/gather/demangle.js';
import {gatherExplanation} from '../../src/gather/explain.js';
import {gatherStatic, gatherSummary} from '../../src/gather/static.js';
import {adviceOn} from '../../src/render/explain/advice.js';
import {notes} from '../../src/render/explain/explain-words.js';
import {given, needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';

const env = {};

function versioned(t: ExecutionContext): string {
	const {compile, file} = workshop(t);
	const script = file('versions.map', 'LIB_1 { global: cond; old; new; local: *; }; LIB_2 { global: cond; } LIB_1;');
	const old = file('old.c', '__asm__(".symver cond,cond@LIB_1"); int cond(int); int old(int x) { return cond(x); }');
	const source = `
		int cond_1(int x) { return x + 1; } int cond_2(int x) { return x + 2; }
		__asm__(".symver cond_1,cond@LIB_1"); __asm__(".symver cond_2,cond@@LIB_2");
		int cond(int); int new(int x) { return cond(x) + cond(x + 1); }`;
	return compile('library.so', source, ['-O1', '-fPIC', '-shared', `-Wl,--version-script=${script}`, old]);
}

const ofVersion = test.macro(
	async (t: ExecutionContext, wanted: string, name: string, version: string, calls: number) => {
		const found = await gatherExplanation(versioned(t), wanted, {env});
		t.is(found.symbol, name);
		t.is(found.version, version);
		t.deepEqual(found.otherVersions, [version === 'LIB_1' ? 'LIB_2' : 'LIB_1']);
		t.is(found.references.calls.preemptible, calls);
		t.is(found.sites.length, calls);
		t.is(found.relocations.filter(({named}) => named).length, 1);
		t.regex(notes({...found, counted: null}).join(' '), new RegExp(`version ${version} of cond`));
	},
);
test('a bare name is the default version, whose references are its own', ofVersion, 'cond', 'cond', 'LIB_2', 2);
test('f@@V is the default version', ofVersion, 'cond@@LIB_2', 'cond', 'LIB_2', 2);
test('f@V is the version V, the default one too', ofVersion, 'cond@LIB_2', 'cond', 'LIB_2', 2);
test('f@V is the version V, an older one', ofVersion, 'cond@LIB_1', 'cond@LIB_1', 'LIB_1', 1);
test('f@@V is no version that is hidden', async t => {
	await t.throwsAsync(gatherExplanation(versioned(t), 'cond@@LIB_1', {env}), {instanceOf: SuiteError});
});

test('a function whose fortified twin alone is imported is named with its twin', async t => {
	const {compile} = workshop(t);
	const source = `
		#include <stdlib.h>
		char buffer[8192];
		char *whole(const char *path) { return realpath(path, buffer); }`;
	const fortified = compile('fortified.so', source, ['-O2', '-D_FORTIFY_SOURCE=2', '-fPIC', '-shared']);
	const error = await t.throwsAsync(gatherExplanation(fortified, 'realpath', {env}), {instanceOf: SuiteError});
	t.regex(error?.message ?? '', /neither exports nor imports.*__realpath_chk.*an override of realpath alone misses/);
	t.is((await gatherExplanation(fortified, '__realpath_chk', {env})).references.calls.preemptible, 1);
	const plain = compile('plain.so', source, ['-O2', '-U_FORTIFY_SOURCE', '-fPIC', '-shared']);
	const found = await gatherExplanation(plain, 'realpath', {env});
	t.deepEqual(found.twins, []);
	t.is(found.references.calls.preemptible, 1);
});

test('a function that is imported beside its fortified twin names the twin', async t => {
	const {compile} = workshop(t);
	const source = `
		#include <string.h>
		char buffer[64];
		void both(char *to, const char *from, unsigned long n) { memcpy(buffer, from, n); memcpy(to, from, n); }`;
	const library = compile('library.so', source, ['-O2', '-D_FORTIFY_SOURCE=2', '-fPIC', '-shared']);
	const found = await gatherExplanation(library, 'memcpy', {env});
	t.deepEqual(
		found.twins.map(({name}) => name),
		['__memcpy_chk'],
	);
	t.regex(notes({...found, counted: null}).join(' '), /__memcpy_chk.*misses its calls/);
});

test('names that share an address say so, and a bound call counts once for the object', async t => {
	const {compile} = workshop(t);
	const alike =
		'__attribute__((noinline)) int f1(int x) { return x + 1; } __attribute__((noinline)) int f2(int x) { return x + 1; }';
	const source = (rest: string) => `${alike} ${rest} int g(int x) { return f1(x) + 1; }`;
	const alias = '__attribute__((alias("f1"))) int f3(int);';
	const path = compile('library.so', source(alias), [
		'-O2',
		'-fPIC',
		'-shared',
		'-Wl,-Bsymbolic-functions',
		'-fno-ipa-icf',
	]);
	const {bySymbol} = await gatherStatic(path);
	t.deepEqual(bySymbol.get('f1')?.sharedWith, ['f3']);
	t.deepEqual(bySymbol.get('f3')?.sharedWith, ['f1']);
	t.is(bySymbol.get('f2')?.sharedWith, undefined);
	t.is(bySymbol.get('f1')?.calls.bound, 1);
	t.is(bySymbol.get('f3')?.calls.bound, 1);
	t.is((await gatherSummary(path)).calls.bound, 1);
	t.regex(
		notes({...(await gatherExplanation(path, 'f3', {env})), counted: null}).join(' '),
		/f3 and f1 are one address/,
	);
});

const lld = {command: 'clang', flags: ['-fuse-ld=lld', '-Wl,--icf=all']} as const;
needing(given(works(lld), 'clang with lld'))(
	'functions that the linker folded share an address, and say so',
	async t => {
		const {compile} = workshop(t);
		const source =
			'__attribute__((noinline)) int f1(int x) { return x + 1; } __attribute__((noinline)) int f2(int x) { return x + 1; } int g(int x) { return f1(x) * 2; }';
		const flags = ['-O2', '-fPIC', '-shared', '-ffunction-sections', '-Wl,-Bsymbolic-functions', ...lld.flags];
		const path = compile('library.so', source, flags, 'clang');
		const {bySymbol} = await gatherStatic(path);
		t.deepEqual(bySymbol.get('f2')?.sharedWith, ['f1']);
		t.is((await gatherSummary(path)).calls.bound, 1);
	},
);

test('a relocatable file is refused by name: nothing in it is linked', async t => {
	const {compile} = workshop(t);
	const path = compile('unit.o', 'int one(void) { return 1; }', ['-c']);
	const error = await t.throwsAsync(gatherStatic(path), {instanceOf: SuiteError});
	t.true(error?.message.startsWith(path));
	t.regex(error?.message ?? '', /relocatable file: nothing is linked/);
});

const cpp = `
	struct Shape { virtual int area(int); virtual int area(long); Shape(); virtual ~Shape(); };
	int Shape::area(int x) { return x + 1; } int Shape::area(long x) { return x; }
	Shape::Shape() {} Shape::~Shape() {}
	void *operator new(unsigned long size) { return (void *) size; }
	extern "C" Shape *make() { return new Shape; }
`;
function library(t: ExecutionContext): string {
	const {folder, file} = workshop(t);
	const path = `${folder}/library.so`;
	execFileSync('g++', ['-O1', '-fPIC', '-shared', '-o', path, file('library.cc', cpp)]);
	return path;
}

const byDemangled = test.macro(async (t: ExecutionContext, wanted: string, symbol: string) => {
	const found = await gatherExplanation(library(t), wanted, {env});
	t.is(found.symbol, symbol);
	t.true(notes({...found, counted: null})[0]?.startsWith(`${symbol} is `));
});
test('a C++ function is found by its name and parameters', byDemangled, 'Shape::area(int)', '_ZN5Shape4areaEi');
test('spaces make no difference', byDemangled, ' Shape::area( long )', '_ZN5Shape4areaEl');
test('operator new is found as it is written', byDemangled, 'operator new(unsigned long)', '_Znwm');
test('operator new is found without its parameters', byDemangled, 'operator new', '_Znwm');
test('a constructor for whole objects and for bases is one function', byDemangled, 'Shape::Shape()', '_ZN5ShapeC1Ev');
test('a name of several functions is refused with their symbols', async t => {
	const error = await t.throwsAsync(gatherExplanation(library(t), 'Shape::area', {env}), {instanceOf: SuiteError});
	t.regex(error?.message ?? '', /_ZN5Shape4areaEi.*_ZN5Shape4areaEl/);
});
test('a name of no function is refused', async t => {
	await t.throwsAsync(gatherExplanation(library(t), 'Shape::volume(int)', {env}), {
		message: /neither exports nor imports/,
	});
});

needing(program('c++filt'))(
	'names are demangled as c++filt does, but for abbreviations of std::string and streams',
	async t => {
		const demangle = await loadDemangler();
		const names = ['_Znwm', '_ZdlPvm', '_ZN5Shape4areaEi', '_ZNKSt9exception4whatEv', '_ZNSt6thread4joinEv', 'puts'];
		const expected = execFileSync('c++filt', names, {encoding: 'utf8'}).trim().split('\n');
		t.deepEqual(names.map(demangle), expected);
	},
);

const objects = {
	executable: {executable: true, mode: 'executable'},
	bound: {executable: false, mode: 'symbolic-functions'},
	unit: {executable: false, mode: 'no-semantic-interposition'},
	open: {executable: false, mode: 'preemptible'},
} as const;
const advises = test.macro(
	(
		t: ExecutionContext,
		symbol: string,
		object: keyof typeof objects,
		cause: Parameters<typeof adviceOn>[2],
		says: RegExp | null,
	) => {
		const {whateverTheBinding} = adviceOn(null, symbol, cause);
		t.is(whateverTheBinding.length, says === null ? 1 : 2);
		if (says !== null) t.regex(whateverTheBinding[1] ?? '', says);
		t.truthy(objects[object]);
	},
);
const situation = (
	symbol: string,
	object: keyof typeof objects,
	cause: 'executable-defines-it' | 'symbolic-functions' | 'same-unit' | null,
) => ({symbol, object: objects[object], role: 'exported', cause}) as const;
test(
	'a static Python gives overrides back by --enable-shared alone',
	advises,
	'PyObject_Repr',
	'executable',
	situation('PyObject_Repr', 'executable', 'executable-defines-it'),
	/No flag.*--enable-shared/,
);
test(
	'another executable has no --enable-shared',
	advises,
	'own_malloc',
	'executable',
	situation('own_malloc', 'executable', 'executable-defines-it'),
	/No flag(?!.*--enable-shared)/,
);
test(
	'a library that was linked so is to be linked without -Bsymbolic-functions',
	advises,
	'f',
	'bound',
	situation('f', 'bound', 'symbolic-functions'),
	/without -Wl,-Bsymbolic-functions/,
);
test(
	'a library that was compiled so is to be compiled without -fno-semantic-interposition',
	advises,
	'f',
	'unit',
	situation('f', 'unit', 'same-unit'),
	/without -fno-semantic-interposition/,
);
test('a function that is overridden needs no other build', advises, 'f', 'open', situation('f', 'open', null), null);
