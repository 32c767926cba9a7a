/** This file runs one program under the sweep of one library and gives its counts: for tests of the native part. */

import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readElf} from '../../src/elf/elf.js';
import {assemblyOf, versionScriptOf} from '../../src/gather/sweep/assembly.js';
import {buildShim} from '../../src/gather/sweep/build.js';
import {sweepLedgerRows} from '../../src/gather/sweep/shims.js';
import {sweepSlots} from '../../src/gather/sweep/slots.js';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import type {SymbolReferences} from '../../src/model/binding.js';
import {type Caller, callers} from '../../src/model/claim.js';
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

export const canEmulate = has(emulated.compiler) && has(emulated.under[0] ?? '') && process.arch !== 'arm64';

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
): Promise<string> {
	const elf = readElf(readFileSync(interpreter));
	const built = await buildShim({
		slots: sweepSlots(elf, references).slots,
		machine: elf.machine,
		buildId: elf.buildId,
		env: {PATH: process.env.PATH},
		folder: work.folder,
		signal: new AbortController().signal,
	});
	if (built.kind === 'not-built') throw new Error(built.reason);
	return built.path;
}

const native = fileURLToPath(new URL('../../../native', import.meta.url));

/** The same for another CPU than this one. */
function crossShimFor(
	work: Workshop,
	interpreter: string,
	compiler: string,
	references?: ReadonlyMap<string, SymbolReferences>,
): string {
	const elf = readElf(readFileSync(interpreter));
	const {slots} = sweepSlots(elf, references);
	const source = work.file('sweep.S', assemblyOf(slots, elf.machine));
	const script = versionScriptOf(slots);
	const runtime = [
		'sweep/runtime.c',
		'sweep/sites.c',
		'sweep/jumps.c',
		'sweep/processes.c',
		'callee.c',
		'loaded.c',
		'next.c',
		'objects.c',
		'page.c',
		'told.c',
		'unload.c',
	];
	const out = join(work.folder, 'sweep.so');
	const flags = [
		'-shared',
		'-nostartfiles',
		'-fPIC',
		'-O2',
		'-D_GNU_SOURCE',
		'-fvisibility=hidden',
		'-fno-builtin',
		'-mgeneral-regs-only',
	];
	execFileSync(compiler, [
		...flags,
		`-I${native}/sweep`,
		source,
		...runtime.map(name => join(native, name)),
		...(script === null ? [] : [`-Wl,--version-script=${work.file('sweep.map', script)}`]),
		'-o',
		out,
	]);
	return out;
}

export async function sweptProgram(
	work: Workshop,
	{command, interpreter, machine = here, env = {}, references}: Sweep,
): Promise<SweptProgram> {
	const symbols = sweepSlots(readElf(readFileSync(interpreter))).slots.map(({symbol}) => symbol);
	const preload = machine.cross
		? crossShimFor(work, interpreter, machine.compiler, references)
		: await shimFor(work, interpreter, references);
	const path = join(work.folder, 'ledger');
	const rows = sweepLedgerRows(symbols.length);
	createLedger(path, rows, 1);
	const finished = runPreloaded({
		command: [...machine.under, ...command],
		preload: [preload],
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

/** Whether a command is on the PATH. */
export function has(name: string): boolean {
	return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name)));
}
