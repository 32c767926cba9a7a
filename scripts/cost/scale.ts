/** This file times what grows with a library: one of 200,000 exported functions beside one of half as many. */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BenchRow, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));

/** Linear growth is 2; what the start takes, whatever the library, makes it less. */
export function benchScale(): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		const [half, whole] = [100_000, 200_000].map(count => library(folder, count));
		const inspect = (path = '') =>
			seconds({file: process.execPath, argv: [cli, 'inspect', path], env: {PATH: process.env.PATH ?? ''}});
		const ratio = ratioOf(
			() => inspect(whole),
			() => inspect(half),
			5,
		);
		return [{kind: 'measured', what: 'inspect of 200,000 exported functions / of 100,000', ratio, bound: 2.2}];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Each function calls the one before it. */
function library(folder: string, count: number): string {
	const lines = ['	.text'];
	for (let index = 0; index < count; index++) {
		lines.push(`	.globl f${index}`, `	.type f${index}, @function`, `f${index}:`);
		lines.push(`	call f${Math.max(0, index - 1)}@PLT`, '	ret', `	.size f${index}, .-f${index}`);
	}
	const source = join(folder, `${count}.s`);
	const out = join(folder, `lib${count}.so`);
	writeFileSync(source, `${lines.join('\n')}\n`);
	execFileSync('cc', ['-shared', '-nostdlib', '-o', out, source]);
	return out;
}
