/** This file times a whole check of one Python against the start-ups that it cannot do without: Python's and Node's. */

import {fileURLToPath} from 'node:url';
import {type BenchRow, type Command, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../cli.js', import.meta.url));

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

const pairs = 9;
