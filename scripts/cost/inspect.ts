/** This file times `inspect` of a libpython: nothing kept against objdump, and a kept result against the start of Node. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BenchRow, exactly, ratioOf, seconds} from './pairs.js';
import {libpython} from './pythons.js';

const cli = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));
const pairs = 15;

export function benchInspect(path: string | null = libpython()): BenchRow[] {
	if (path === null) return [];
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	const env = {PATH: process.env.PATH ?? '', XDG_CACHE_HOME: folder};
	const inspect = () => seconds({file: process.execPath, argv: [cli, 'inspect', path], env});
	const anew = () => {
		rmSync(folder, {recursive: true, force: true});
		return inspect();
	};
	const objdump = () => seconds({file: 'objdump', argv: ['-d', path]});
	const start = () => seconds({file: process.execPath, argv: ['-e', '0'], env});
	try {
		return [
			{
				kind: 'measured',
				what: `inspect of ${path} / objdump -d`,
				ratio: ratioOf(anew, objdump, pairs),
				bound: 0.7,
			},
			{
				kind: 'measured',
				what: 'inspect with a kept result / start of Node',
				ratio: ratioOf(inspect, start, pairs),
				bound: 2,
			},
			{
				kind: 'measured',
				what: 'peak memory of inspect / 300 MB',
				ratio: exactly(peakMegabytes(path) / 300),
				bound: 1,
			},
		];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Of a process without a cache. */
function peakMegabytes(path: string): number {
	const program = `
		process.argv = ['node', 'pyinterpose', 'inspect', ${JSON.stringify(path)}];
		process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)));
		await import(${JSON.stringify(new URL('../../src/cli.js', import.meta.url).href)});
	`;
	const argv = ['--input-type=module', '--eval', program];
	return Number(spawnSync(process.execPath, argv, {env: {}, encoding: 'utf8'}).stderr);
}
