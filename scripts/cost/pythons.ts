/** This file finds what is timed beside the default Python: a libpython of the system, and a Python that is overridable throughout. */

import {execFileSync} from 'node:child_process';
import {readdirSync, realpathSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gatherStatic} from '../../src/gather/static.js';
import {installedPythons} from '../../src/target/installed.js';
import {python} from './python.js';

/** Beside libc; null where there is none. */
export function libpython(): string | null {
	const {sharedObjects = []} = process.report.getReport() as {readonly sharedObjects?: readonly string[]};
	const folder = dirname(sharedObjects.find(path => path.endsWith('/libc.so.6')) ?? '/usr/lib/libc.so.6');
	const name = readdirSync(folder).find(name => /^libpython3\.\d+\.so\.1\.0$/.test(name));
	return name === undefined ? null : realpathSync(join(folder, name));
}

/** Of the version of the default Python, if there is such a one; null where this machine has none. */
export async function overridable(): Promise<string | null> {
	const version = execFileSync(python(), ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
		encoding: 'utf8',
	});
	const {elf} = installedPythons(process.env);
	const same = (path: string) => path.endsWith(version.trim());
	for (const path of [...elf.filter(same), ...elf.filter(path => !same(path))]) {
		const library = mappedLibpython(path);
		if (library === null) continue;
		const {report} = await gatherStatic(library, {env: process.env});
		if (report.binding.mode === 'preemptible') return path;
	}
	return null;
}

/** The file that holds the interpreter of a Python. */
export function interpreterOf(path: string): string {
	return mappedLibpython(path) ?? path;
}

function mappedLibpython(path: string): string | null {
	const program = 'print([line.split()[-1] for line in open("/proc/self/maps") if "/libpython" in line][:1])';
	try {
		const said = execFileSync(path, ['-S', '-c', program], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
		return /'(.*)'/.exec(said)?.[1] ?? null;
	} catch {
		return null;
	}
}
