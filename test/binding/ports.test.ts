/** This file holds the static witness to cross binutils, symbol by symbol, on small libraries for CPUs that nobody here has. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {readElf} from '../../src/elf/elf.js';
import type {BindingMode} from '../../src/model/binding.js';
import {branchesOf, branchLine} from '../elf/support/branches.js';
import {inspectBytes} from '../elf/support/inspect-bytes.js';
import {countByBinutils, machineOf} from '../elf/support/oracle.js';
import {portOf} from '../elf/support/ports.js';
import {needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';
import {dropSections} from '../truth/bare.js';

interface Cpu {
	readonly name: string;
	/** Of the names of its binutils. */
	readonly prefix: string;
	readonly flags: readonly string[];
	/** Whether clang's own linker links for it. */
	readonly lld: boolean;
	/** Calls leaf through a slot of the GOT, as -fno-plt has it. */
	readonly through: string;
	/** Instructions that branch, but for the label at their end, by how many instructions they reach over at least. */
	readonly branches: Readonly<Record<'few' | 'many', readonly string[]>>;
	readonly nothing: string;
}

const cpus: readonly Cpu[] = [
	{
		name: 'riscv64',
		prefix: 'riscv64-linux-gnu-',
		flags: ['--target=riscv64-linux-gnu', '-march=rv64gc', '-mno-relax'],
		lld: true,
		through: 'addi sp, sp, -16; sd ra, 8(sp); la t1, leaf; jalr t1; ld ra, 8(sp); addi sp, sp, 16; ret',
		branches: {
			few: ['c.beqz a0,', 'c.bnez s1,'],
			many: [
				...['c.j', 'j', 'jal ra,', 'jal t0,', 'call', 'tail', 'beqz a7,', 'beq a0, t3,', 'bne s9, a1,'],
				...['blt a0, a2,', 'bge a0, a2,', 'bltu a0, a2,', 'bgeu a0, a2,'],
			],
		},
		nothing: 'c.nop',
	},
	...(['thumb', 'arm'] as const).map(set => ({
		name: set === 'arm' ? 'arm, ARM' : 'arm, Thumb',
		prefix: 'arm-linux-gnueabihf-',
		flags: ['--target=armv7-linux-gnueabihf', `-m${set}`],
		// lld reaches the PLT from Thumb by a detour that computes its address.
		lld: false,
		through: `.${set === 'arm' ? 'arm' : 'thumb'}; push {r4, lr}; ldr r3, 1f; ldr r2, 2f; 0: add r3, pc${set === 'arm' ? ', r3' : ''}; ldr r3, [r3, r2]; blx r3; pop {r4, pc}; .p2align 2; 1: .word _GLOBAL_OFFSET_TABLE_-(0b+${set === 'arm' ? 8 : 4}); 2: .word leaf(GOT)`,
		branches:
			set === 'arm'
				? {few: [], many: ['b', 'bl', 'beq', 'bne', 'blt', 'bgt', 'bleq', 'blne']}
				: {few: ['b.n', 'beq.n', 'bne.n', 'blt.n'], many: ['b.w', 'bl', 'beq.w', 'bne.w', 'bgt.w', 'ble.w']},
		nothing: 'nop',
	})),
	{
		name: 's390x',
		prefix: 's390x-linux-gnu-',
		flags: ['--target=s390x-linux-gnu', '-march=z13'],
		lld: false,
		through:
			'stmg %r14, %r15, 112(%r15); aghi %r15, -160; lgrl %r1, leaf@GOT; basr %r14, %r1; lmg %r14, %r15, 272(%r15); br %r14',
		branches: {
			few: [],
			many: [
				...[
					'brasl %r14,',
					'bras %r14,',
					'jg',
					'j',
					'je',
					'jne',
					'jgh',
					'jgnl',
					'brct %r1,',
					'brctg %r2,',
					'brxh %r2, %r4,',
				],
				...['brxle %r2, %r4,', 'brxhg %r2, %r4,', 'brxlg %r2, %r4,', 'cgrje %r1, %r2,', 'clgrjh %r1, %r2,'],
				...['crjne %r1, %r2,', 'clrjl %r1, %r2,', 'cgije %r1, 5,', 'clgijh %r1, 5,', 'cijne %r1, 5,', 'clijl %r1, 5,'],
				...['brcth %r3,'],
			],
		},
		nothing: 'nop',
	},
	{
		name: 'ppc64le',
		prefix: 'powerpc64le-linux-gnu-',
		flags: ['--target=powerpc64le-linux-gnu'],
		lld: true,
		through:
			'0: addis 2, 12, .TOC.-0b@ha; addi 2, 2, .TOC.-0b@l; .localentry through, .-through; mflr 0; std 0, 16(1); stdu 1, -32(1); addis 12, 2, leaf@got@ha; ld 12, leaf@got@l(12); mtctr 12; bctrl; ld 0, 48(1); addi 1, 1, 32; mtlr 0; blr',
		branches: {
			few: [],
			many: ['b', 'bl', 'beq', 'bne 7,', 'blt', 'bge 5,', 'bdnz', 'bdz', 'bcl 20, 31,', 'bc 12, 3,'],
		},
		nothing: 'nop',
	},
	{
		name: 'i386',
		prefix: process.arch === 'x64' ? '' : 'i686-linux-gnu-',
		flags: ['--target=i686-linux-gnu', '-march=i686'],
		lld: true,
		through:
			'pushl %ebx; call 0f; 0: popl %ebx; addl $_GLOBAL_OFFSET_TABLE_+(.-0b), %ebx; call *leaf@GOT(%ebx); popl %ebx; ret',
		branches: {
			few: ['jecxz'],
			many: ['jmp', 'call', 'je', 'jne', 'ja', 'jbe', 'jo', 'jns', 'jp', 'jl', 'jge', 'jle', 'jg'],
		},
		nothing: 'nop',
	},
];

/** What each symbol must show: named and bound calls, named and bound addresses, calls of a function by itself. */
type Counts = Readonly<
	Record<string, readonly [calls: number, bound: number, named: number, held: number, own: number]>
>;

interface Build {
	readonly compile: readonly string[];
	readonly link: readonly string[];
	readonly mode: BindingMode;
	readonly counts: Counts;
}

/** Functions that are called from their own unit and from another, jumped to, called by themselves, held in data, taken by code. */
const units = [
	`
	__attribute__((noinline)) int leaf(int x) { __asm__ volatile(""); return x + 1; }
	__attribute__((noinline)) int tree(int n) { return n < 2 ? n : tree(n - 1) * 3 + tree(n - 2); }
	__attribute__((noinline)) int held(int x) { __asm__ volatile(""); return x + 2; }
	int (*table[])(int) = {held, held};
	int twice(int x) { return leaf(leaf(x) * 3) ^ 1; }
	int last(int x) { return leaf(x * 5); }
	`,
	`
	int leaf(int); int tree(int); int held(int);
	int other(int x) { return leaf(x) * tree(x) + held(x) + 3; }
	int taken(int (*volatile *where)(int), int x) { *where = held; return x + 1; }
	`,
];

const overridable: Omit<Build, 'compile' | 'link'> = {
	mode: 'preemptible',
	// Each slot of the GOT counts as an address, beside the call that goes through it.
	counts: {leaf: [5, 0, 1, 0, 0], tree: [2, 0, 0, 0, 0], held: [1, 0, 3, 0, 0]},
};
const bound: Omit<Build, 'compile' | 'link'> = {
	mode: 'symbolic-functions',
	counts: {leaf: [0, 4, 0, 1, 0], tree: [0, 1, 0, 0, 1], held: [0, 1, 0, 3, 0]},
};

/** lld has code for ppc64le compute what it would have loaded from a word of `.toc`, and leaves the word. */
function leavesWords({name}: Cpu, linker: 'lld' | 'ld'): boolean {
	return name === 'ppc64le' && linker === 'lld';
}
const whereWordsAreLeft: Counts = {held: [0, 1, 0, 4, 0]};

const builds: readonly Build[] = [
	{compile: ['-O2'], link: [], ...overridable},
	{compile: ['-O2'], link: ['-Bsymbolic-functions'], ...bound},
	{compile: ['-O2'], link: ['-Bsymbolic'], ...bound, mode: 'symbolic'},
	{
		// clang 19 would make a loop of tree's second call of itself, which clang 14 leaves a call.
		compile: ['-O1', '-fno-optimize-sibling-calls'],
		link: ['-z', 'now'],
		...overridable,
		counts: {...overridable.counts, tree: [3, 0, 0, 0, 0]},
	},
];

const agrees = test.macro({
	async exec(t: ExecutionContext, cpu: Cpu, linker: 'lld' | 'ld', {compile, link, mode, counts}: Build) {
		const library = build(t, cpu, linker, compile, link);
		const {report} = await inspectBytes(readFileSync(library));
		const shown = report.symbols.map(({symbol, calls, addresses, recursive}) => [
			symbol,
			[calls.preemptible, calls.bound, addresses.preemptible, addresses.bound, recursive],
		]);
		const wanted = mode.startsWith('symbolic') && leavesWords(cpu, linker) ? {...counts, ...whereWordsAreLeft} : counts;
		t.deepEqual(Object.fromEntries(shown.filter(([symbol]) => String(symbol) in counts)), wanted);
		t.is(report.binding.mode, mode);
		const expected = countByBinutils(library, mode);
		t.is(report.symbols.length, expected.size);
		for (const {verdict: _, sharedWith: __, symbol, ...seen} of report.symbols) {
			t.true(isDeepStrictEqual(seen, expected.get(symbol)), `${symbol} as binutils show it`);
		}
		// Without its mapping symbols the code of arm is told from data by nothing.
		if (cpu.name.startsWith('arm')) return;
		dropSections(library);
		const {report: bare} = await inspectBytes(readFileSync(library));
		t.deepEqual(bare.symbols, report.symbols, 'without symbol table and section table');
	},
	title: (_, {name}, linker, {compile, link}) =>
		`${name}, clang ${compile.join(' ')}, ${[linker, ...link].join(' ')}: every reference is counted as binutils show it`,
});

const branch = test.macro({
	async exec(t: ExecutionContext, {name, prefix, flags, branches, nothing}: Cpu) {
		const {folder, file} = workshop(t);
		// Near, and so far that every bit of a short distance is used.
		const near = [0, 1, 2, 5, 11, 22, 43, 60];
		const cases = [
			...[...branches.few, ...branches.many].flatMap(one => near.map(far => ({one, far}))),
			...branches.many.flatMap(one => [90, 181, 375, 750, 1000].map(far => ({one, far}))),
		];
		const lines = cases.flatMap(({one, far}, index) => [
			...[`${one} .Lf${index}`, `.rept ${far}`, nothing, '.endr', `.Lf${index}: ${nothing}`],
			...[`.Lb${index}: ${nothing}`, `.rept ${far}`, nothing, '.endr', `${one} .Lb${index}`],
		]);
		const source = file(
			'branches.s',
			[
				'.text',
				'.globl f',
				'.type f, %function',
				...(name === 'arm, Thumb' ? ['.thumb', '.thumb_func'] : []),
				'f:',
				...lines,
				'',
			].join('\n'),
		);
		execFileSync('clang', [...flags, '-c', '-o', `${source}.o`, source]);
		const library = `${folder}/branches.so`;
		const emulation = name === 'i386' ? ['-m', 'elf_i386'] : [];
		execFileSync(`${prefix}ld`, [...emulation, '-shared', '-Bsymbolic', '-o', library, `${source}.o`]);
		const elf = readElf(readFileSync(library));
		const shown = portOf(machineOf(library))?.instructions(library) ?? [];
		const expected = shown.flatMap(({address, branch: kind, target, throughMemory}) =>
			kind === null || target === null || throughMemory ? [] : [branchLine(address, kind, target)],
		);
		t.deepEqual(await branchesOf(elf), expected, name);
		t.is(expected.length, cases.length * 2);
	},
	title: (_, {name, branches: {few, many}}) =>
		`${name}: ${few.length + many.length} kinds of branches go where objdump says, near and far`,
});

function build(
	t: ExecutionContext,
	{name, prefix, flags, through}: Cpu,
	linker: 'lld' | 'ld',
	compile: readonly string[],
	link: readonly string[],
): string {
	const {folder, file} = workshop(t);
	const assembly = `.text; .globl through; .type through, %function; through: ${through}; .size through, . - through`;
	const objects = [...units, `__asm__("${assembly}");`].map((unit, index) => {
		const source = file(`unit${index}.c`, unit);
		execFileSync('clang', [...flags, ...compile, '-fPIC', '-ffreestanding', '-c', '-o', `${source}.o`, source]);
		return `${source}.o`;
	});
	const library = `${folder}/library.so`;
	const emulation = name === 'i386' ? ['-m', 'elf_i386'] : [];
	execFileSync(linker === 'lld' ? 'ld.lld' : `${prefix}ld`, [
		...emulation,
		'-shared',
		...link,
		'-o',
		library,
		...objects,
	]);
	return library;
}

for (const cpu of cpus) {
	const needs = [program('clang'), program(`${cpu.prefix}objdump`), program('readelf')];
	for (const linker of cpu.lld ? (['lld', 'ld'] as const) : (['ld'] as const)) {
		const links = program(linker === 'lld' ? 'ld.lld' : `${cpu.prefix}ld`);
		for (const one of builds) needing(...needs, links)(agrees, cpu, linker, one);
	}
	needing(...needs, program(`${cpu.prefix}ld`))(branch, cpu);
}
