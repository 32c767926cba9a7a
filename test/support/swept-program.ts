/** This file runs one program under the sweep of one library and gives its counts: for tests of the native part. */

import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readElf} from '../../src/elf/elf.js';
import {buildShim} from '../../src/gather/sweep/build.js';
import {sweepLedgerRows} from '../../src/gather/sweep/shims.js';
import {exportedSlots, sweepSlots} from '../../src/gather/sweep/slots.js';
import {layout} from '../../src/ledger/layout.js';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import type {SymbolReferences} from '../../src/model/binding.js';
import {type Caller, callers} from '../../src/model/claim.js';
import {shimImage} from '../../src/shim/image.js';
import {machine, program} from './needs.js';
import {type Finished, runPreloaded} from './preloaded.js';
import type {Workshop} from './workshop.js';

/** A CPU, with what makes its programs and what runs them. */
export interface Machine {
	readonly compiler: string;
	readonly under: readonly string[];
	readonly cross: boolean;
}

export const here: Machine = {compiler: 'cc', under: [], cross: false};

export const emulated: Machine = {
	compiler: 'aarch64-linux-gnu-gcc',
	under: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', '-cpu', 'max'],
	cross: true,
};

/** What it takes to run such a program. */
export const emulation = [
	program(emulated.compiler),
	program('qemu-aarch64'),
	machine(process.arch !== 'arm64', 'a CPU that is not aarch64'),
];

export interface Sweep {
	readonly command: readonly string[];
	/** The ELF file that is swept. */
	readonly interpreter: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly machine?: Machine;
	/** What the static witness shows of the interpreter. */
	readonly references?: ReadonlyMap<string, SymbolReferences>;
}

export interface SweptProgram extends Finished {
	readonly ready: boolean;
	count(symbol: string, caller?: Caller): number;
	/** Of those, the calls whose return address is in an object of another role, by that role. */
	reattributed(symbol: string, apparent?: Caller): number;
	/** Calls of which it cannot be told whether they are tail calls of another's. */
	uncertain(symbol: string): number;
}

/** Errors: the compiler's own words. */
export async function shimFor(
	work: Workshop,
	interpreter: string,
	references?: ReadonlyMap<string, SymbolReferences>,
): Promise<readonly [generated: string, runtime: string]> {
	const elf = readElf(readFileSync(interpreter));
	const built = buildShim({
		slots: sweepSlots(exportedSlots(elf).slots, references),
		machine: elf.machine,
		native: nativeFolder,
		folder: work.folder,
	});
	if (built.kind === 'not-built') throw new Error(built.reason);
	return built.paths;
}

const native = fileURLToPath(new URL('../../../native', import.meta.url));

/** The same for another CPU than this one: what node-gyp makes here, made by a cross compiler. */
function crossShimFor(
	work: Workshop,
	interpreter: string,
	compiler: string,
	references?: ReadonlyMap<string, SymbolReferences>,
): readonly [generated: string, runtime: string] {
	const elf = readElf(readFileSync(interpreter));
	const template = join(work.folder, 'trampoline.o');
	const runtime = join(work.folder, 'sweep.so');
	const source = (name: string) => join(native, name);
	execFileSync(compiler, ['-c', source('sweep/trampoline-aarch64.S'), '-o', template]);
	const parts = [
		...['runtime.c', 'sites.c', 'jumps.c', 'processes.c', 'into-c-aarch64.S'].map(name => `sweep/${name}`),
		...['callee.c', 'loaded.c', 'next.c', 'objects.c', 'children.c', 'page.c', 'told.c', 'unload.c'],
	];
	const flags = ['-shared', '-nostartfiles', '-fPIC', '-O2', '-D_GNU_SOURCE', '-fvisibility=hidden'];
	execFileSync(compiler, [...flags, '-fno-builtin', '-mgeneral-regs-only', ...parts.map(source), '-o', runtime]);
	const generated = join(work.folder, 'swept.so');
	const slots = sweepSlots(exportedSlots(elf).slots, references);
	writeFileSync(generated, shimImage(slots, readElf(readFileSync(template)), layout()));
	return [generated, runtime];
}

export async function sweptProgram(
	work: Workshop,
	{command, interpreter, machine = here, env = {}, references}: Sweep,
): Promise<SweptProgram> {
	const symbols = exportedSlots(readElf(readFileSync(interpreter))).slots.map(({symbol}) => symbol);
	const preload = machine.cross
		? crossShimFor(work, interpreter, machine.compiler, references)
		: await shimFor(work, interpreter, references);
	const path = join(work.folder, 'ledger');
	const rows = sweepLedgerRows(symbols.length);
	createLedger(path, rows, 1);
	const finished = runPreloaded({
		command: [...machine.under, ...command],
		preload,
		ledger: path,
		interpreter,
		env,
	});
	const ledger = openLedger(path, rows);
	const counts = ledger.phase(0);
	const ready = ledger.ready() !== 0n;
	ledger.close();
	const read = (symbol: string, first: number, caller?: Caller) => {
		const slot = symbol === 'pyinterpose_canary_sweep' ? symbols.length : symbols.indexOf(symbol);
		if (slot < 0) throw new Error(`${symbol} is not swept`);
		const rows = [counts[first + slot], first === 0 ? counts[symbols.length + 1 + slot] : undefined];
		const honored = callers.map((_, column) => rows.reduce((sum, row) => sum + (row?.honored[column] ?? 0), 0));
		return caller === undefined ? honored.reduce((a, b) => a + b, 0) : (honored[callers.indexOf(caller)] ?? 0);
	};
	return {
		...finished,
		ready,
		count: (symbol, caller) => read(symbol, 0, caller),
		uncertain: symbol =>
			counts[2 * (symbols.length + 1) + symbols.indexOf(symbol)]?.bypassed.reduce((a, b) => a + b, 0) ?? 0,
		reattributed: (symbol, apparent) => read(symbol, 2 * (symbols.length + 1), apparent),
	};
}
