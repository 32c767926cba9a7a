/** This file finds the Python that the tests use: the first of $PYTHON, else python3, as the ELF file that it is. */

import {execFileSync} from 'node:child_process';

export const python = elfOf((process.env.PYTHON ?? '').split(':')[0] || 'python3');

function elfOf(name: string): string {
	const program = 'import os; print(os.readlink("/proc/self/exe"))';
	return execFileSync(name, ['-c', program], {encoding: 'utf8'}).trim();
}
