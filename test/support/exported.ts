/** This file asks nm, not the code under test, what an ELF file exports. */

import {execFileSync} from 'node:child_process';

export function exportedBy(path: string): ReadonlySet<string> {
	const lines = execFileSync('nm', ['-D', '--defined-only', path], {encoding: 'utf8', maxBuffer: 1 << 28}).split('\n');
	return new Set(lines.map(line => (line.split(' ').at(-1) ?? '').replace(/@.*/, '')));
}
