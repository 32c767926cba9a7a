/** This file finds the Python that is timed: $PYTHON, else python3, as the ELF file that it is. */

import {execFileSync} from 'node:child_process';

export function python(): string {
	const name = (process.env.PYTHON ?? '').split(':')[0] || 'python3';
	return execFileSync(name, ['-c', 'import os; print(os.readlink("/proc/self/exe"))'], {encoding: 'utf8'}).trim();
}
