/** This file counts entries of functions as the emulator sees them: each block of code that it runs from a function's first address on. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {Counts} from '../growth/growth.js';
import {inRoot, root} from './root.js';

export interface Program {
	readonly words: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** The ELF file with the functions, in the root. The program prints where it begins in memory. */
	readonly file: string;
}

const log = '/tmp/entries.log';

export function entriesByEmulator({words, env, file}: Program, symbols: readonly string[]): Counts {
	const values = valuesIn(`${root}${file}`);
	const base = values.fixed ? 0 : Number.parseInt(started(words, env), 16);
	const places = new Map(symbols.map(symbol => [base + (values.of.get(symbol) ?? Number.NaN), symbol]));
	const again = started(words, {
		...env,
		// Unchained, each block is told of each time that it runs. A function's first block begins at its address alone.
		QEMU_LOG: 'exec,nochain',
		QEMU_DFILTER: [...places.keys()].map(place => `0x${place.toString(16)}+4`).join(),
		QEMU_LOG_FILENAME: log,
	});
	if (!values.fixed && Number.parseInt(again, 16) !== base) throw new Error(`${file} lies elsewhere in each process`);
	const counts = new Map(symbols.map(symbol => [symbol, 0]));
	for (const line of readFileSync(`${root}${log}`, 'utf8').split('\n')) {
		if (line.startsWith('Stopped')) throw new Error(`the emulator was interrupted: ${line}`);
		const symbol = places.get(Number.parseInt(/^Trace .*\[[0-9a-f]+\/([0-9a-f]+)\//.exec(line)?.[1] ?? '', 16));
		if (symbol !== undefined) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
	}
	return counts;
}

/** What the program prints. */
function started(words: readonly string[], env: Readonly<Record<string, string>>): string {
	const {status, stdout, stderr} = inRoot(words, env);
	if (status !== 0) throw new Error(`${words[0]} ends with ${status}: ${stderr}`);
	return stdout;
}

function valuesIn(path: string): {readonly fixed: boolean; readonly of: ReadonlyMap<string, number>} {
	const readelf = (flag: string) => execFileSync('readelf', ['-W', flag, path], {encoding: 'utf8', maxBuffer: 1 << 28});
	const rows = readelf('--dyn-syms').matchAll(/^ *\d+: ([0-9a-f]{16}) .* FUNC .* ([^ @]+)(?:@\S*)?$/gm);
	return {
		fixed: /Type: +EXEC/.test(readelf('-h')),
		of: new Map([...rows].map(([, value = '', symbol = '']) => [symbol, Number.parseInt(value, 16)])),
	};
}
