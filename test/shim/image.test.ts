/** This file holds the shims that we write ourselves to what binutils, elfutils and the loader make of them. */

import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readElf} from '../../src/elf/elf.js';
import {layout} from '../../src/ledger/layout.js';
import {nativeFolder} from '../../src/ledger/native.js';
import type {ShimFunction} from '../../src/shim/function.js';
import {shimImage} from '../../src/shim/image.js';
import {needing, program} from '../support/needs.js';
import {emulated, emulation, sweptProgram} from '../support/swept-program.js';
import {type Workshop, workshop} from '../support/workshop.js';

const template = () => readFileSync(join(nativeFolder, 'trampoline.o'));

/** Half of them in versions of their own, one of those twice. */
const versioned: readonly ShimFunction[] = Array.from({length: 300}, (_, index) => ({
	name: index === 299 ? 'function_298' : `function_${index}`,
	version: index % 2 === 0 ? null : `V${index % 7}`,
	hidden: index === 299,
	named: index % 3 > 0,
}));
const plain = versioned.map(({name}, index): ShimFunction => {
	return {name: `${name}_${index}`, version: null, hidden: false, named: true};
});

function written(work: Workshop, functions: readonly ShimFunction[], object: Uint8Array = template()): string {
	const path = join(work.folder, 'swept.so');
	writeFileSync(path, shimImage(functions, readElf(object), layout()));
	return path;
}

const sound = test.macro(
	(t: ExecutionContext, functions: readonly ShimFunction[], object?: (work: Workshop) => Uint8Array) => {
		const work = workshop(t);
		const path = written(work, functions, object?.(work));
		const {stdout, stderr} = run('readelf', ['--all', '--wide', '--lint', path]);
		t.is(stderr, '');
		t.notRegex(stdout, /[Ww]arning|<corrupt|<unknown/);
		t.true(stdout.includes('GNU_PROPERTY'));
		t.is(run('eu-elflint', ['--gnu-ld', path]).stdout, 'No errors\n');
	},
);

function run(file: string, argv: readonly string[]): {stdout: string; stderr: string} {
	const {status, stdout, stderr} = spawnSync(file, argv, {encoding: 'utf8', maxBuffer: 2 ** 28});
	if (status === null) throw new Error(`${file} did not run`);
	return {stdout, stderr};
}

const linted = needing(program('eu-elflint'));
linted('readelf and eu-elflint find no fault in a shim', sound, plain);
linted('nor in one with versions', sound, versioned);
linted('nor in one without any function but the canary', sound, []);
const crossed = needing(program('eu-elflint'), ...emulation);
crossed('nor in one for aarch64', sound, versioned, work => {
	const [source, out] = [
		join(nativeFolder, '../../native/sweep/trampoline-aarch64.S'),
		join(work.folder, 'trampoline.o'),
	];
	execFileSync(emulated.compiler, ['-c', source, '-o', out]);
	return readFileSync(out);
});

test('each symbol has the version that it has in the interpreter', t => {
	const path = written(workshop(t), versioned);
	const lines = run('nm', ['-D', '--defined-only', path])
		.stdout.split('\n')
		.map(line => line.split(' ').at(-1) ?? '');
	t.deepEqual(
		lines.filter(name => name.startsWith('function_')).sort(),
		versioned
			.map(({name, version, hidden}) => {
				if (version === null) return name;
				return hidden ? `${name}@${version}` : `${name}@@${version}`;
			})
			.sort(),
	);
});

test('two trampolines are the same instructions, and one frame entry covers all the code', t => {
	const path = written(workshop(t), plain);
	const disassembled = run('objdump', ['-d', '--no-show-raw-insn', '--disassemble=function_7_7', path]).stdout;
	const last = run('objdump', ['-d', '--no-show-raw-insn', '--disassemble=function_8_8', path]).stdout;
	// The same instructions, but for the addresses.
	const mnemonics = (text: string) => [...text.matchAll(/^\s+[0-9a-f]+:\s+(\S+)/gm)].map(([, word]) => word);
	t.true(mnemonics(disassembled).length > 8);
	t.deepEqual(mnemonics(disassembled), mnemonics(last));
	t.notRegex(disassembled, /\(bad\)/);
	const frames = run('readelf', ['--debug-dump=frames', path]).stdout;
	const text = /^ +\[ *\d+\] \.text +PROGBITS +([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+)/m.exec(
		run('readelf', ['-SW', path]).stdout,
	);
	const [start, size] = [Number.parseInt(text?.[1] ?? '', 16), Number.parseInt(text?.[2] ?? '', 16)];
	const padded = (address: number) => address.toString(16).padStart(16, '0');
	t.regex(frames, new RegExp(`FDE .*pc=${padded(start)}\\.\\.${padded(start + size)}`));
});

/** Names that a preprocessor, an assembler, a linker's script or JavaScript's objects take for their own, and one that is not ASCII. */
const names = [
	...['linux', 'unix', 'defined', '__VA_ARGS__', 'rax', 'global', 'local'],
	...['__proto__', 'constructor', 'toString', 'gr\u00f6\u00dfe'],
];

test('functions are overridden and counted whatever they are called', async t => {
	const work = workshop(t);
	const lines = (line: (name: string, index: number) => string) => names.map(line).join('\n');
	const declared = lines((name, index) => `int f${index}(int) __asm__("${name}");`);
	const defined = lines((_, index) => `int f${index}(int a) { return a + ${index}; }`);
	const called = lines((_, index) => `for (int i = 0; i <= ${index}; i++) sum += f${index}(i);`);
	const library = work.compile('libfixture.so', `${declared}\n${defined}`, [
		'-shared',
		'-fPIC',
		'-Wl,-soname,libfixture.so',
	]);
	const program = work.compile('program', `${declared}\nint main(void) { int sum = 0;\n${called}\nreturn sum == 0; }`, [
		library,
		`-Wl,-rpath,${work.folder}`,
	]);
	const seen = await sweptProgram(work, {command: [program], interpreter: library});
	t.is(seen.status, 0, seen.stderr);
	t.deepEqual(
		names.map(name => [name, seen.count(name, 'executable')]),
		names.map((name, index) => [name, index + 1]),
	);
});
