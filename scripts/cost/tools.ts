/** This file times what the tools that there are cost on the program that the sweep is timed with. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {findOffset} from '../../src/elf/segments.js';
import {nativeFolder} from '../../src/ledger/native.js';
import type {Launch, Target} from '../../src/model/target.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {codeOf} from '../../src/process/file-errors.js';
import {type BenchRow, ratioOf, seconds} from './pairs.js';
import {program, small, tiny} from './program.js';

/** Each counts one function, PyErr_Occurred, but callgrind, which counts all; none tells who could override what. */
export function benchTools(target: Target, launch: Launch): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		return tools(target, folder).map(tool => benchTool(tool, target, launch));
	} finally {
		rmSync(folder, {recursive: true});
	}
}

function benchTool({name, file, before, code, pairs}: Tool, target: Target, launch: Launch): BenchRow {
	const what = `${name} / bare, on ${target.id}`;
	const bare = program(launch, code);
	const under = {...bare, file, argv: [...before, bare.file, ...bare.argv]};
	const tried = spawnSync(under.file, under.argv, {
		env: under.env ?? {},
		encoding: 'utf8',
		stdio: ['ignore', 'ignore', 'pipe'],
		timeout: longest,
	});
	if (codeOf(tried.error) === 'ETIMEDOUT') return {kind: 'not-run', what, why: 'it took longer than two minutes'};
	if (tried.error !== undefined) return {kind: 'not-run', what, why: `${file} is not installed`};
	if (tried.status !== 0) return {kind: 'not-run', what, why: whyNot(tried.status, tried.stderr)};
	const ratio = ratioOf(
		() => seconds(under),
		() => seconds(bare),
		pairs,
	);
	return {kind: 'measured', what, ratio, bound: null};
}

const longest = 120_000;

/** NOT_PERMITTED of native/mechanisms/uprobe.c. */
const notPermitted = 77;

function whyNot(status: number | null, said: string): string {
	if (status === notPermitted) return 'the system does not permit it';
	const line = said.split('\n').find(line => line.trim() !== '');
	return line === undefined ? `it ended with status ${status}` : `it says: ${line.trim()}`;
}

interface Tool {
	readonly name: string;
	readonly file: string;
	readonly before: readonly string[];
	readonly code: string;
	readonly pairs: number;
}

function tools({interpreter}: Target, folder: string): readonly Tool[] {
	const gdb = ['set breakpoint pending on', 'break PyErr_Occurred', 'ignore 1 100000000', 'run'];
	const [file, offset] = [interpreter.path, String(offsetOf(interpreter.path))];
	const uprobe = [join(folder, 'counts'), file, offset, file, offset];
	const uftrace = ['record', '--no-libcall', '--force', '-P', 'PyErr_Occurred', '-d', join(folder, 'uftrace')];
	const callgrind = ['-q', '--tool=callgrind', '--callgrind-out-file=/dev/null'];
	return [
		{name: 'uftrace -P, one function', file: 'uftrace', before: uftrace, code: small, pairs: 5},
		{name: 'a uprobe, one function', file: join(nativeFolder, 'uprobe'), before: uprobe, code: small, pairs: 5},
		{
			name: 'ltrace -e, one function',
			file: 'ltrace',
			before: ['-o', '/dev/null', '-e', 'PyErr_Occurred'],
			code: tiny,
			pairs: 3,
		},
		{
			name: 'gdb, a breakpoint that goes on',
			file: 'gdb',
			before: ['-q', '-batch', ...gdb.flatMap(word => ['-ex', word]), '--args'],
			code: tiny,
			pairs: 1,
		},
		{name: 'callgrind, every function', file: 'valgrind', before: callgrind, code: small, pairs: 1},
	];
}

function offsetOf(path: string): number {
	const {elf} = readObjectFile(path);
	const symbol = elf.dynamicSymbols.find(({name, defined}) => name === 'PyErr_Occurred' && defined);
	return (symbol === undefined ? null : findOffset(elf.segments, symbol.value, 1)) ?? 0;
}
