/** This file times the writing of a sweep's shim beside a C compiler that makes one of the same functions and the same code. */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readObjectFile} from '../../src/object/object-file.js';
import type {ShimFunction} from '../../src/shim/function.js';
import {type BenchRow, ratioOf, seconds, unit} from './pairs.js';

export function benchShim(path: string): BenchRow[] {
	// The trampoline's source below is that of one CPU.
	if (process.arch !== 'x64') return [{kind: 'not-run', what: 'the shim', why: 'it is compared on x86-64'}];
	const what = `writing the shim of ${path} / compiling it by cc`;
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		const functions = exportedFunctions(readObjectFile(path).elf).map(
			({name}): ShimFunction => ({name, version: null, hidden: false, named: true}),
		);
		const slots = join(folder, 'slots.json');
		writeFileSync(slots, JSON.stringify([...new Map(functions.map(slot => [slot.name, slot])).values()]));
		const out = join(folder, 'swept.so');
		const source = join(folder, 'swept.s');
		writeFileSync(source, assemblyOf([...new Set(functions.map(({name}) => name))]));
		const compile = () =>
			seconds({file: 'cc', argv: ['-shared', '-nostdlib', '-o', join(folder, 'compiled.so'), source]});
		return [{kind: 'measured', what, ratio: ratioOf(() => writeOnce(slots, out), compile, 9), bound: 1}];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** In a process of its own: the first time, as in a first check, before anything is optimized. In seconds, without Node's start. */
function writeOnce(slots: string, out: string): number {
	const program = `
		import {readFileSync, writeFileSync} from 'node:fs';
		import {readElf} from ${moduleUrl('elf/elf')};
		import {layout} from ${moduleUrl('ledger/layout')};
		import {nativeFile} from ${moduleUrl('native')};
		import {shimImage} from ${moduleUrl('shim/image')};
		const slots = JSON.parse(readFileSync(${JSON.stringify(slots)}, 'utf8'));
		const numbers = layout();
		const now = () => {
			const {user, system} = process.cpuUsage();
			return ${unit === 'processor time' ? '(user + system) / 1e6' : 'Number(process.hrtime.bigint()) / 1e9'};
		};
		const begin = now();
		writeFileSync(${JSON.stringify(out)}, shimImage(slots, readElf(readFileSync(nativeFile('trampoline.o'))), numbers));
		process.stdout.write(String(now() - begin));
	`;
	return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], {encoding: 'utf8'}));
}

function moduleUrl(name: string): string {
	return JSON.stringify(new URL(`../../src/${name}.js`, import.meta.url).href);
}

/** The trampoline of native/sweep/trampoline-x86-64.S, once for each function, with the tables that it goes by. */
function assemblyOf(names: readonly string[]): string {
	return [
		macro,
		...['low', 'size', 'main', 'current', 'slow', 'resolve'].map(word => `.comm ${word}, 8, 8\n.hidden ${word}`),
		'.data',
		'reals:',
		...names.map((_, slot) => `TRAMPOLINE ${slot}, f${slot}`),
		...names.map((name, slot) => `.globl "${name}"\n.type "${name}", @function\n.set "${name}", f${slot}`),
		'',
	].join('\n');
}

const macro = `
.macro TRAMPOLINE slot, name
	.section .text.trampolines, "ax", @progbits
	.balign 128
\\name:
	.cfi_startproc
	endbr64
	mov (%rsp), %r11
	sub low(%rip), %r11
	cmp size(%rip), %r11
	jae 1f
	mov main(%rip), %r11
	mov %fs:(%r11), %r11
	test %r11, %r11
	je 0f
	incq 64 + \\slot * 8(%r11)
	jmp *reals + \\slot * 8(%rip)
0:	mov current(%rip), %r11
	mov (%r11), %r11
	lock incq 65536 + \\slot * 8(%r11)
	jmp *reals + \\slot * 8(%rip)
1:	mov $\\slot, %r11d
	jmp *slow(%rip)
2:	endbr64
	mov $\\slot, %r11d
	jmp *resolve(%rip)
	.cfi_endproc
	.size \\name, . - \\name
	.pushsection .data
	.quad 2b
	.popsection
	.pushsection .rodata.names, "a", @progbits
	.asciz "\\name"
	.popsection
.endm
`;
