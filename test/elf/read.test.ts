/** This file holds the ELF reader to readelf, on objects of several classes, byte orders and linkers. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readElf} from '../../src/elf/elf.js';
import {ElfError} from '../../src/errors.js';
import {given, needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';
import {inspectBytes} from './support/inspect-bytes.js';
import {run} from './support/tool.js';

const source = `
	extern int outside(int);
	extern int other_data;
	__attribute__((noinline)) int leaf(int n) { return n * 7; }
	int twice(int n) { return leaf(n) + leaf(n + 1) + outside(n) + other_data; }
	int tail(int n) { return leaf(n + 2); }
	int again(int n) { return n < 2 ? n : again(n - 1) + leaf(n); }
	int same(int n) __attribute__((alias("leaf")));
	int (*const table[])(int) = {leaf, outside};
	int (*take(void))(int) { return leaf; }
`;

interface Build {
	readonly command: 'gcc' | 'clang' | 'aarch64-linux-gnu-gcc';
	readonly flags: readonly string[];
}

const builds: readonly Build[] = [
	{command: 'gcc', flags: []},
	{command: 'gcc', flags: ['-m32']},
	{command: 'gcc', flags: ['-Wl,--hash-style=sysv']},
	{command: 'gcc', flags: ['-Wl,-z,pack-relative-relocs', '-Wl,-Bsymbolic-functions']},
	{command: 'gcc', flags: ['-Wl,-z,noseparate-code']},
	{command: 'gcc', flags: ['-Wl,-z,now', '-fno-plt']},
	{command: 'gcc', flags: ['-fcf-protection=full', '-Wl,-z,ibtplt']},
	{command: 'gcc', flags: ['-fcf-protection=full', '-Wl,-z,ibtplt', '-Wl,-z,now']},
	{command: 'gcc', flags: ['-fuse-ld=gold']},
	{command: 'clang', flags: ['-fuse-ld=lld']},
	{command: 'clang', flags: ['-fuse-ld=lld', '-fcf-protection=full', '-Wl,-z,force-ibt']},
	{command: 'gcc', flags: ['-fuse-ld=mold']},
	{command: 'gcc', flags: ['-fuse-ld=mold', '-fcf-protection=full', '-Wl,-z,now']},
	{command: 'aarch64-linux-gnu-gcc', flags: []},
	{command: 'aarch64-linux-gnu-gcc', flags: ['-mbranch-protection=standard', '-Wl,-z,now']},
	{command: 'aarch64-linux-gnu-gcc', flags: ['-mbig-endian']},
];

for (const build of builds) {
	const what = [build.command, ...build.flags].join(' ');
	const flags = [...build.flags, '-nostdlib'];
	const built = needing(given(works({command: build.command, flags}), what));
	built(`${what}: symbols, relocations and names are those that readelf shows`, equalsReadelf, build);
	if (!build.flags.includes('-m32')) {
		built(`${what}: without its section table it has the same references`, sameWithoutSections, build);
	}
}

function compile(t: ExecutionContext, {command, flags}: Build): Uint8Array {
	const fixed = ['-O1', '-fno-inline', '-fPIC', '-shared', '-nostdlib', '-Wl,-soname,liba.so'];
	return readFileSync(workshop(t).compile('liba.so', source, [...fixed, ...flags], command));
}

function equalsReadelf(t: ExecutionContext, build: Build): void {
	const bytes = compile(t, build);
	const path = workshop(t).file('liba.so', bytes);
	const elf = readElf(bytes);
	const dynamic = run('readelf', ['-dW', path]);
	t.is(elf.soname, /\(SONAME\).*\[(.*)\]/.exec(dynamic)?.[1] ?? null);
	t.is(elf.buildId, /Build ID: (\w+)/.exec(run('readelf', ['-nW', path]))?.[1] ?? null);
	t.deepEqual(
		elf.dynamicSymbols.map(({name, value, size}) => ({name, value, size})),
		symbolsOf(run('readelf', ['-W', '--dyn-syms', path])),
	);
	const relocations = [...run('readelf', ['-rW', path]).matchAll(/^([0-9a-f]{8,})\s+[0-9a-f]+ R_/gm)];
	// Up to 2.43 an address is all of its line; from 2.44 on an index and the entry may stand before it, and a name behind.
	const packed = [
		...run('readelf', ['-rW', path]).matchAll(/^(?:\d+: +[0-9a-f]{16} +| +)?([0-9a-f]{16})(?:$| +(?!.*R_))/gm),
	];
	t.deepEqual(
		elf.relocations.map(({address}) => address).sort((left, right) => left - right),
		[...relocations.map(([, address]) => address ?? ''), ...packed.map(([, address]) => address ?? '')]
			.map(address => Number.parseInt(address, 16))
			.sort((left, right) => left - right),
	);
	t.deepEqual(exportedFunctions(elf).find(({name}) => name === 'leaf')?.aliases, ['leaf', 'same']);
}

function symbolsOf(text: string) {
	return [...text.matchAll(/^ +\d+: ([0-9a-f]+) +(\w+) (\w+) +\w+ +\w+ .*? *(?:UND|ABS|\d+) ?(\S*)$/gm)].map(
		([, value = '', size = '', type = '', name = '']) => ({
			// Readelf gives a section's symbol, which has no name, that of the section.
			name: type === 'SECTION' ? '' : name.replace(/@.*/, ''),
			value: Number.parseInt(value, 16),
			size: Number(size),
		}),
	);
}

async function sameWithoutSections(t: ExecutionContext, build: Build): Promise<void> {
	const bytes = compile(t, build);
	const stripped = Uint8Array.from(bytes).fill(0, 40, 48).fill(0, 60, 64);
	t.deepEqual(readElf(stripped).sections, []);
	const {report: expected} = await inspectBytes(bytes);
	const {report: seen} = await inspectBytes(stripped);
	t.deepEqual(seen.symbols, expected.symbols);
	const leaf = seen.symbols.find(({symbol}) => symbol === 'leaf');
	t.is((leaf?.calls.preemptible ?? 0) + (leaf?.calls.bound ?? 0), 4);
}

const versioned = `
	int old(void) { return 1; } int new(void) { return 2; }
	__asm__(".symver old, which@LIB_1\\n .symver new, which@@LIB_2");
	static int own(int n) { return n + 1; } int (*take(void))(int) { return own; }
	__attribute__((weak)) int weak(int n) { return n; }`;

test('versions, and what is local, weak or global, are those that readelf shows', t => {
	const work = workshop(t);
	const script = work.file('lib.map', 'LIB_1 { global: which; local: own; }; LIB_2 { } LIB_1;');
	const flags = ['-shared', '-fPIC', '-O0', `-Wl,--version-script=${script}`];
	const path = work.compile('libversioned.so', versioned, flags);
	const {dynamicSymbols, symbols} = readElf(readFileSync(path));
	const dynamic = run('readelf', ['-W', '--dyn-syms', path]);
	const of = dynamicSymbols.filter(({name}) => name === 'which');
	t.deepEqual(
		of.map(({version}) => `which${version?.hidden === true ? '@' : '@@'}${version?.name}`).sort(),
		[...dynamic.matchAll(/ (which@\S+)/g)].map(([, name = '']) => name).sort(),
	);
	t.is(of.length, 2);
	const shown = [...run('readelf', ['-W', '-s', path]).matchAll(/ FUNC +(\w+) +\w+ +\d+ (own|weak|take)$/gm)];
	for (const [, bind = '', name] of shown) {
		t.is(symbols.find(symbol => symbol.name === name)?.bind, bind.toLowerCase() as 'local', name);
	}
	t.true(shown.length >= 3);
});

/** DT_RELASZ and DT_PLTRELSZ of the gABI. */
const [relaSize, pltSize] = [8n, 2n];

test('relocations of the PLT that a linker counts among the others, too, are read once', t => {
	const bytes = Buffer.from(compile(t, {command: 'gcc', flags: []}));
	const expected = readElf(bytes).relocations;
	const path = workshop(t).file('liba.so', bytes);
	const [, at = ''] = /DYNAMIC +0x([0-9a-f]+)/.exec(run('readelf', ['-lW', path])) ?? [];
	const values = new Map<bigint, number>();
	for (let entry = Number.parseInt(at, 16); bytes.readBigInt64LE(entry) !== 0n; entry += 16) {
		values.set(bytes.readBigInt64LE(entry), entry + 8);
	}
	const [rela = 0, plt = 0] = [values.get(relaSize), values.get(pltSize)];
	bytes.writeBigInt64LE(bytes.readBigInt64LE(rela) + bytes.readBigInt64LE(plt), rela);
	const seen = readElf(bytes).relocations;
	t.deepEqual(seen, expected);
	t.true(seen.some(({table}) => table === 'plt'));
});

needing(program('clang'), program('ld.lld'))(
	'an object whose code is not decoded, as that of a stripped one for arm, is not called bound',
	async t => {
		const {folder, file} = workshop(t);
		const source = file('a.c', 'int leaf(int x) { return x; } int caller(int x) { return leaf(x) + leaf(x + 1); }');
		const flags = ['--target=armv7-linux-gnueabihf', '-O0', '-fPIC', '-ffreestanding', '-c'];
		execFileSync('clang', [...flags, '-o', `${folder}/a.o`, source]);
		for (const [strip, kind] of [
			[[], undefined],
			[['-s'], 'not-decoded'],
		] as const) {
			execFileSync('ld.lld', ['-shared', ...strip, '-o', `${folder}/liba.so`, `${folder}/a.o`]);
			const {report} = await inspectBytes(readFileSync(`${folder}/liba.so`));
			t.is(report.machine, 'arm');
			t.is(report.facts?.[0]?.kind, kind);
			t.is(report.symbols.find(({symbol}) => symbol === 'leaf')?.verdict, 'preemptible');
		}
	},
);

const refuses = test.macro({
	exec(t: ExecutionContext, bytes: readonly number[], message: RegExp, offset: number) {
		const error = t.throws(() => readElf(Uint8Array.from(bytes)), {instanceOf: ElfError});
		t.regex(error?.message ?? '', message);
		t.is(error?.offset, offset);
	},
	title: (_, bytes) => `${bytes.length} bytes that begin with ${bytes.slice(0, 7).join(' ')} are refused`,
});

const magic = [0x7f, 0x45, 0x4c, 0x46];
test(refuses, [], /not an ELF file/, 0);
test(refuses, [0x23, 0x21, ...new Array(62).fill(0)], /not an ELF file/, 0);
test(refuses, [...magic, 3, 1, 1, ...new Array(57).fill(0)], /no ELF class 3/, 4);
test(refuses, [...magic, 2, 0, 1, ...new Array(57).fill(0)], /no ELF byte order 0/, 5);
test(refuses, [...magic, 2, 1, 9, ...new Array(57).fill(0)], /no ELF version 9/, 6);
test(refuses, [...magic, 2, 1, 1, ...new Array(20).fill(0)], /outside the file/, 0);
