/** This file times a whole check of one Python against the start-ups that it cannot do without: Python's and Node's. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BenchRow, type Command, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export function benchCheck(python: string): BenchRow[] {
	const starts = () =>
		seconds({file: python, argv: ['-c', 'pass']}) + seconds({file: process.execPath, argv: ['-e', '0']});
	const row = (what: string, options: readonly string[], bound: number | null): BenchRow => {
		const check: Command = {file: process.execPath, argv: [cli, 'check', '--json', ...options, python]};
		return {what, ratio: ratioOf(() => seconds(check), starts, pairs), pairs, bound};
	};
	return [
		row('check of all claims / start of Python and Node', ['--no-sweep'], 8),
		row('check with the sweep / start of Python and Node', [], null),
	];
}

/** A whole check of one libpython, its sweep included, beside objdump's work on the same file: anew, and from the cache. */
export function benchLibrary(path: string): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	const objdump = () => seconds({file: 'objdump', argv: ['-d', path]});
	const check = () =>
		seconds({
			file: process.execPath,
			argv: [cli, 'check', '--json', path],
			env: {...process.env, XDG_CACHE_HOME: folder},
		});
	const anew = () => {
		rmSync(folder, {recursive: true, force: true});
		return check();
	};
	try {
		return [
			{what: `first check of ${path} / objdump -d`, ratio: ratioOf(anew, objdump, pairs), pairs, bound: 3},
			{what: `next check of ${path} / objdump -d`, ratio: ratioOf(check, objdump, pairs), pairs, bound: 2},
		];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

const pairs = 9;
