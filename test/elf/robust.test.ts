/**
 * This file breaks real ELF files at random and holds the reader to its errors, its time and its memory.
 * PYINTERPOSE_BROKEN_FILES sets the number of cases, PYINTERPOSE_SEED repeats a run.
 */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {DT_GNU_HASH, DT_RELA, DT_RELASZ, DT_STRSZ, DT_SYMTAB, SHT_DYNSYM} from '../../src/elf/abi.js';
import {type Elf, readElf} from '../../src/elf/elf.js';
import {findOffset} from '../../src/elf/segments.js';
import {ElfError} from '../../src/errors.js';
import type {BrokenResult} from './support/break-many.js';
import {inspectBytes} from './support/inspect-bytes.js';
import {libraries, spread} from './support/libraries.js';

const cases = Number(process.env.PYINTERPOSE_BROKEN_FILES ?? 10_000);
const seed = Number(process.env.PYINTERPOSE_SEED ?? Date.now() % 2 ** 31);
const small = libraries().filter(({size}) => size < 80_000);

test(`${cases} broken ELF files give a result or an ElfError, each within 2 seconds, all within 512 MB`, t => {
	t.timeout(3_600_000);
	t.log(`PYINTERPOSE_SEED=${seed}`);
	const files = spread(small, 16).map(({path}) => path);
	t.true(files.length > 0);
	const {stdout, stderr, status} = spawnSync(
		process.execPath,
		[fileURLToPath(new URL('support/break-many.js', import.meta.url)), String(seed), String(cases), ...files],
		// A case that never ends must fail the test, not stop it: fifty times what a case takes.
		{encoding: 'utf8', maxBuffer: 1 << 26, timeout: 60_000 + 50 * cases},
	);
	t.is(status, 0, stderr);
	const result: BrokenResult = JSON.parse(stdout);
	t.log(JSON.stringify(result));
	t.deepEqual(result.faults, []);
	t.is(result.results + result.elfErrors + result.refused, cases);
	t.true(result.slowestMs < 2000, result.slowestCase);
	t.true(result.peakMegabytes < 512);
	// Faults that nothing notices, and faults that hide all others, would test nothing.
	t.true(result.results > cases / 20, 'hardly any broken file was read to its end');
	t.true(result.elfErrors > cases / 20, 'hardly any broken file was refused');
});

const claims = test.macro({
	async exec(t: ExecutionContext, _what: string, forge: (elf: Elf, view: DataView) => void) {
		const library = small.find(({name}) => name.startsWith('libz.so')) ?? small[0];
		const bytes = Uint8Array.from(readFileSync(library?.path ?? ''));
		await t.notThrowsAsync(inspectBytes(bytes));
		forge(readElf(bytes), new DataView(bytes.buffer));
		const began = process.cpuUsage();
		await t.throwsAsync(inspectBytes(bytes), {instanceOf: ElfError});
		// To go through what it claims takes minutes.
		t.true(process.cpuUsage(began).user < 2_000_000);
	},
	title: (_, what) => `a file that claims ${what} is refused at once`,
});

const many = 1n << 60n;

test(claims, '2^60 dynamic symbols in its section table', ({header, sections}, view) => {
	const index = sections.findIndex(({type}) => type === SHT_DYNSYM);
	// The size of 2^60 symbols needs more than 64 bits; this is the size of as many as fit.
	view.setBigUint64(header.sections.offset + index * 64 + 32, (1n << 64n) - 16n, true);
});
test(claims, '2^32 dynamic symbols in its hash table', ({dynamic, segments}, view) => {
	const at = findOffset(segments, dynamic?.values.get(DT_GNU_HASH) ?? 0, 16) ?? 0;
	const buckets = at + 16 + 8 * view.getUint32(at + 8, true);
	view.setUint32(buckets, 0xffff_fff0, true);
});
test(claims, '2^32 hash buckets', ({dynamic, segments}, view) => {
	view.setUint32(findOffset(segments, dynamic?.values.get(DT_GNU_HASH) ?? 0, 16) ?? 0, 0xffff_ffff, true);
});
test(claims, '2^60 bytes of relocations', setTag(DT_RELASZ, many));
test(claims, '2^60 bytes of strings', setTag(DT_STRSZ, many));
test(claims, 'symbols at 2^60', setTag(DT_SYMTAB, many));
test(claims, 'a relocation of symbol 2^32 - 1', ({dynamic, segments}, view) => {
	const at = findOffset(segments, dynamic?.values.get(DT_RELA) ?? 0, 24) ?? 0;
	view.setUint32(at + 12, 0xffff_ffff, true);
});
test(claims, 'code at 2^53', ({header, sections}, view) => {
	const index = sections.findIndex(({name}) => name === '.text');
	view.setBigUint64(header.sections.offset + index * 64 + 16, 1n << 53n, true);
});
test(claims, '2^64 - 1 sections', ({header}, view) => {
	view.setUint16(60, 0, true);
	view.setBigUint64(header.sections.offset + 32, (1n << 64n) - 1n, true);
});

function setTag(tag: number, value: bigint): (elf: Elf, view: DataView) => void {
	return ({segments}, view) => {
		const {offset, fileSize} = segments.find(({type}) => type === 'dynamic') ?? {offset: 0, fileSize: 0};
		for (let at = offset; at < offset + fileSize; at += 16) {
			if (Number(view.getBigUint64(at, true)) === tag) view.setBigUint64(at + 8, value, true);
		}
	};
}
