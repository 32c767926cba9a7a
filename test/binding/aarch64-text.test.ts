/** This file holds the text of aarch64 instructions to that of binutils: every different instruction of real libraries. */

import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {loadAarch64Text} from '../../src/binding/code/aarch64-text.js';
import {codeRanges} from '../../src/binding/code/ranges.js';
import {disassemble} from '../../src/binding/disassemble.js';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readElf} from '../../src/elf/elf.js';
import {objdumpOfAarch64} from '../elf/support/objdump.js';
import {file, given, machine, needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {works} from '../truth/compiler.js';

const cross = '/usr/aarch64-linux-gnu/lib';
for (const name of ['libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libgomp.so.1']) {
	needing(program(objdumpOfAarch64), file(join(cross, name)))(
		`aarch64 ${name}: every instruction is what objdump prints`,
		equalsObjdump,
		join(cross, name),
	);
}
/** Where scripts/arm64.sh put Debian's. */
const libpython = libpythons(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pyinterpose/arm64'));
needing(program(objdumpOfAarch64), machine(libpython !== null, 'Debian’s libpython for arm64 (scripts/arm64.sh)'))(
	'aarch64 libpython: every instruction is what objdump prints',
	equalsObjdump,
	libpython ?? '',
);

function libpythons(folder: string): string | null {
	if (!existsSync(folder)) return null;
	const found = readdirSync(folder)
		.map(name => join(folder, name, 'usr/lib/aarch64-linux-gnu'))
		.filter(libraries => existsSync(libraries))
		.flatMap(libraries =>
			readdirSync(libraries)
				.filter(name => /^libpython\d\.\d+\.so\.\d/.test(name))
				.map(name => join(libraries, name)),
		);
	return found[0] ?? null;
}

/** Of extensions that a newer binutils names and the disassembler does not: guarded control stacks (2023), streaming vectors. */
const newer: ReadonlySet<string> = new Set([
	'chkfeat',
	'gcsss1',
	'gcsss2',
	'gcspopm',
	'gcspushm',
	'addsvl',
	'addspl',
	'rdsvl',
]);

/** As objdump prints them, but for numbers, which are compared by their value. */
async function equalsObjdump(t: ExecutionContext, path: string): Promise<void> {
	const expected = objdump(path);
	const write = await loadAarch64Text();
	const {code} = codeRanges(readElf(readFileSync(path)));
	const seen = new Set<string>();
	const [mnemonics, operands]: [string[], string[]] = [[], []];
	let compared = 0;
	for (const range of code) {
		write(
			range,
			range.address,
			() => null,
			(at, _, text) => {
				const one = expected.get(at);
				if (one === undefined || seen.has(one.word) || newer.has(one.mnemonic)) return true;
				seen.add(one.word);
				const [mnemonic = '', ...rest] = text().split(' ');
				compared += 1;
				if (mnemonic !== one.mnemonic) mnemonics.push(`${text()} | ${one.mnemonic} ${one.operands}`);
				else if (comparable(mnemonic, rest.join(' ')) !== comparable(mnemonic, one.operands))
					operands.push(`${text()} | ${one.mnemonic} ${one.operands}`);
				return true;
			},
		);
	}
	t.true(compared > 5000, String(compared));
	t.deepEqual([mnemonics.slice(0, 40), operands.slice(0, 40)], [[], []]);
}

interface Printed {
	readonly word: string;
	readonly mnemonic: string;
	readonly operands: string;
}

/** Data in the text is left out: objdump shows it as such where symbols mark it. */
function objdump(path: string): ReadonlyMap<number, Printed> {
	const text = execFileSync(objdumpOfAarch64, ['-d', '-w', path], {encoding: 'utf8', maxBuffer: 1 << 30});
	const lines = text.matchAll(/^ +([0-9a-f]+):\t([0-9a-f]{8}) \t([a-z][\w.]*)(?:\t(.*))?$/gm);
	return new Map(
		[...lines].map(([, at = '', word = '', mnemonic = '', rest = '']) => {
			const operands = rest.replace(/\s+\/\/.*$/, '').replace(/ <[^>]*>$/, '');
			// Where they lead stands without 0x.
			const isTo = /^(b|bl|b\.\w+|cbn?z|tbn?z|adrp?|ldr|ldrsw|prfm)$/.test(mnemonic);
			return [
				Number.parseInt(at, 16),
				{word, mnemonic, operands: isTo ? operands.replace(/(^|[\s,])([0-9a-f]+)$/, '$10x$2') : operands},
			] as const;
		}),
	);
}

/** A newer binutils has names for system registers of which the disassembler has the numbers. */
function withoutSystemRegister(mnemonic: string, operands: string): string {
	const name = {mrs: /(?<=, )(s\d_\d_c\d+_c\d+_\d|gcs\w+|por_el0)$/, msr: /^(s\d_\d_c\d+_c\d+_\d|gcs\w+|por_el0)/}[
		mnemonic
	];
	return name === undefined ? operands : operands.replace(name, 'register');
}

/** Numbers by value: of a register of 32 bits modulo 2^32, else modulo 2^64. */
function comparable(mnemonic: string, operands: string): string {
	const bits = /^w/.test(operands) ? 32 : 64;
	return withoutSystemRegister(mnemonic, operands)
		.replace(/\{v(\d+)\.(\w+)-v(\d+)\.\w+\}/g, (_, first: string, size: string, last: string) => {
			const count = ((Number(last) - Number(first) + 32) % 32) + 1;
			return `{${Array.from({length: count}, (_, more) => `v${(Number(first) + more) % 32}.${size}`).join(', ')}}`;
		})
		.replace(/#?(-?)(0x[0-9a-f]+|\b\d+(?:\.\d+(?:e[+-]\d+)?)?)\b/g, (whole, sign: string, digits: string) => {
			if (!whole.startsWith('#') && !digits.startsWith('0x')) return whole;
			if (digits.includes('.')) return String(Number(`${sign}${digits}`));
			const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
			return String(BigInt.asUintN(mnemonic === 'movi' ? 64 : bits, value));
		})
		.replaceAll(' ', '');
}

needing(given(works({command: 'aarch64-linux-gnu-gcc', flags: []}), 'aarch64-linux-gnu-gcc'))(
	'branches lead to names, and what is no instruction is shown as its word',
	async t => {
		const source = `
			int leaf(int n) { return n * 7; }
			int twice(int n) { return leaf(n) + leaf(n + 1); }
			__asm__(".text\\n .globl odd\\n .type odd, %function\\n odd: .inst 0xffffffff\\n cbz x1, twice\\n b.lo odd\\n ret\\n .size odd, .-odd");
		`;
		const path = workshop(t).compile(
			'lib.so',
			source,
			['-O1', '-fno-inline', '-shared', '-fPIC'],
			'aarch64-linux-gnu-gcc',
		);
		const elf = readElf(readFileSync(path));
		const linesOf = async (name: string, after: number) => {
			const {address} = exportedFunctions(elf).find(one => one.name === name) ?? {address: 0};
			return (await disassemble(elf, address, {before: 0, after})).map(({text}) => text);
		};
		t.deepEqual(await linesOf('odd', 3), ['.inst 0xffffffff', 'cbz x1, twice', 'b.cc odd', 'ret']);
		const calls = (await linesOf('twice', 12)).filter(text => text.startsWith('bl '));
		t.deepEqual(calls, ['bl leaf@plt', 'bl leaf@plt']);
	},
);
