/** This file shows that packed relocations are read as LLVM's own reader shows them: RELR in any order, and Android's. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {DT_ANDROID_RELASZ, DT_RELR, DT_RELRSZ} from '../../src/elf/abi.js';
import {type Elf, readElf} from '../../src/elf/elf.js';
import {findOffset} from '../../src/elf/segments.js';
import {ElfError} from '../../src/errors.js';
import {needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {run} from './support/tool.js';

const source = `
	int one(int x) { return x + 1; } int two(int x) { return x + 2; }
	int (*named[])(int) = {one, two, one};
	static int value, other;
	int *near[70] = {${Array.from({length: 12}, () => '&value').join(', ')}};
	int *const apart[9] = {&other, &other};
	static int hidden(int x) { return x; }
	int (*own[])(int) = {hidden, hidden};
	long table[80] = {1};
	int use(int x) { return one(x) + two(x) + *near[x] + *apart[x] + own[x](x); }
`;
const needs = [program('clang'), program('ld.lld'), program('llvm-readelf')];

const reads = test.macro({
	async exec(t: ExecutionContext, target: string, ...link: readonly string[]) {
		const library = build(t, target, link);
		const elf = readElf(readFileSync(library));
		t.deepEqual(relocated(elf), shown(library));
		t.true(elf.relocations.length > 8);
		const plain = readElf(readFileSync(build(t, target, ['--pack-dyn-relocs=none'])));
		t.deepEqual(kinds(elf), kinds(plain), 'as many of each kind as in the same library, not packed');
	},
	title: (_, target, ...link) => `${[target, ...link].join(' ')}: the relocations are those that llvm-readelf shows`,
});

for (const target of ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'i686-linux-gnu', 'armv7-linux-gnueabihf']) {
	needing(...needs)(reads, target, '--pack-dyn-relocs=relr');
	needing(...needs)(reads, target, '--pack-dyn-relocs=android');
	needing(...needs)(reads, target, '--pack-dyn-relocs=android+relr', '--use-android-relr-tags');
}

needing(...needs)('words of RELR whose addresses do not rise are read, as mold 1.10 writes them', t => {
	const bytes = readFileSync(build(t, 'x86_64-linux-gnu', ['--pack-dyn-relocs=relr']));
	const rising = readElf(Buffer.from(bytes));
	const {at, words} = relrOf(bytes);
	const groups: bigint[][] = [];
	for (const word of words) {
		if (word % 2n === 0n) groups.push([word]);
		else groups.at(-1)?.push(word);
	}
	t.true(groups.length >= 2, 'there are two runs to exchange');
	for (const [index, word] of groups.reverse().flat().entries()) bytes.writeBigUInt64LE(word, at + index * 8);
	const falling = readElf(bytes);
	t.notDeepEqual(falling.relocationTables.relative.addresses, rising.relocationTables.relative.addresses);
	t.deepEqual(relocated(falling), relocated(rising));
});

needing(...needs)('a RELR that stands for more words than the file has is refused', t => {
	const bytes = readFileSync(build(t, 'x86_64-linux-gnu', ['--pack-dyn-relocs=relr']));
	const elf = readElf(bytes);
	const table = elf.dynamicSymbols.find(({name}) => name === 'table')?.value ?? 0;
	const at = findOffset(elf.segments, table, 640) ?? 0;
	// The same 64 words, over and over.
	for (let word = 0; word < 80; word += 1) {
		bytes.writeBigUInt64LE(word % 2 === 0 ? BigInt(table) : 0xffff_ffff_ffff_ffffn, at + word * 8);
	}
	setTag(bytes, elf, DT_RELR, table);
	setTag(bytes, elf, DT_RELRSZ, 640);
	const error = t.throws(() => readElf(bytes).relocations, {instanceOf: ElfError});
	t.regex(error?.message ?? '', /RELR names more words than the file has/);
});

needing(...needs)('packed relocations that end early, or are said to be too many, are refused', t => {
	const bytes = readFileSync(build(t, 'x86_64-linux-gnu', ['--pack-dyn-relocs=android']));
	const at = bytes.indexOf('APS2');
	t.true(at > 0);
	const many = Buffer.from(bytes);
	// A count of 2^27.
	many.set([0x80, 0x80, 0x80, 0xc0, 0x00], at + 4);
	t.throws(() => readElf(many).relocations, {instanceOf: ElfError, message: /more than the file has words/});
	const other = Buffer.from(bytes);
	other.write('APS1', at);
	t.throws(() => readElf(other).relocations, {instanceOf: ElfError, message: /no APS2/});
	const short = Buffer.from(bytes);
	setTag(short, readElf(bytes), DT_ANDROID_RELASZ, 12);
	t.throws(() => readElf(short).relocations, {instanceOf: ElfError, message: /end early/});
});

function build(t: ExecutionContext, target: string, link: readonly string[]): string {
	const {folder, file} = workshop(t);
	const library = `${folder}/library.so`;
	const object = `${folder}/library.o`;
	execFileSync('clang', [
		`--target=${target}`,
		'-O1',
		'-fPIC',
		'-ffreestanding',
		'-c',
		'-o',
		object,
		file('a.c', source),
	]);
	execFileSync('ld.lld', ['-shared', ...link, '-o', library, object]);
	return library;
}

function relocated({relocations}: Elf): readonly string[] {
	return relocations.map(({address}) => address.toString(16)).sort();
}

function kinds({relocations}: Elf): readonly string[] {
	return relocations.map(({kind, symbol}) => `${kind} ${symbol}`).sort();
}

function shown(path: string): readonly string[] {
	const text = run('llvm-readelf', ['-r', path]);
	// LLVM 19 shows a section of RELR by its words, and the addresses that each stands for in a column of their own.
	const relocations = text.matchAll(/^([0-9a-f]{8,16}) +[0-9a-f]+ +R_/gm);
	const relative = text.matchAll(/^(?:\d+: +[0-9a-f]+| +) *\b([0-9a-f]{8,16})(?: +\S.*)?$/gm);
	return [...relocations, ...relative].map(([, address = '']) => Number.parseInt(address, 16).toString(16)).sort();
}

function relrOf(bytes: Buffer): {readonly at: number; readonly words: readonly bigint[]} {
	const {segments, dynamic} = readElf(bytes);
	const [address = 0, size = 0] = [dynamic?.values.get(DT_RELR), dynamic?.values.get(DT_RELRSZ)];
	const at = findOffset(segments, address, size) ?? 0;
	return {at, words: Array.from({length: size / 8}, (_, index) => bytes.readBigUInt64LE(at + index * 8))};
}

function setTag(bytes: Buffer, {segments}: Elf, tag: number, value: number): void {
	const dynamic = segments.find(({type}) => type === 'dynamic');
	for (let at = dynamic?.offset ?? 0; at < bytes.length; at += 16) {
		if (bytes.readBigUInt64LE(at) !== BigInt(tag)) continue;
		bytes.writeBigUInt64LE(BigInt(value), at + 8);
		return;
	}
}
