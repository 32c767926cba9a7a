/** This file runs the tools that tests take as oracles. */

import {execFileSync} from 'node:child_process';

/** What it writes to standard output; it may complain of the file. */
export function run(tool: string, args: readonly string[]): string {
	return execFileSync(tool, args, {
		encoding: 'latin1',
		maxBuffer: 2 ** 31 - 1,
		stdio: ['ignore', 'pipe', 'ignore'],
		env: {PATH: process.env.PATH, LC_ALL: 'C'},
	});
}
