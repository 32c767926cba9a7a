/** This file packs Pythons of this machine again, as a distribution or a builder publishes them. */

import {execFileSync} from 'node:child_process';
import {chmodSync, cpSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {ownPythons} from './own-prefix.js';
import {interpreterOf, systemLibpythons} from './pythons.js';
import type {Workshop} from './workshop.js';

/** A libpython that a package of Debian installed; null where the machine has none. */
export const debianLibpython = systemLibpythons().find(path => packageOf(path) !== null) ?? null;

/** The packages that it is, with its standard library. */
export const debianParts = ['', '-minimal', '-stdlib'].map(
	part => `libpython${/libpython(\d\.\d+)/.exec(debianLibpython ?? '')?.[1]}${part}`,
);

function packageOf(path: string): string | null {
	try {
		return (
			execFileSync('dpkg-query', ['--search', path], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).split(
				/:[ \w]/,
			)[0] ?? null
		);
	} catch {
		return null;
	}
}

/** An installed package as it was before: its files, links and control file. */
export function packAgain(work: Workshop, name: string, change: (tree: string) => void = () => {}): string {
	const tree = join(work.folder, `tree-${name}`);
	const listed = execFileSync('dpkg-query', ['--listfiles', name], {encoding: 'utf8'}).split('\n');
	mkdirSync(join(tree, 'DEBIAN'), {recursive: true});
	// The folders of this machine may be links where the package's are folders.
	const isOfIt = (path: string) => statSync(path, {throwIfNoEntry: false})?.isFile() === true;
	const files = listed.filter(path => isOfIt(path) && !path.startsWith('/usr/share'));
	const packed = execFileSync('tar', ['-c', '-P', '-T', '-'], {input: files.join('\n'), maxBuffer: 1 << 28});
	execFileSync('tar', ['-x', '-C', tree], {input: packed, stdio: ['pipe', 'pipe', 'pipe']});
	const status = execFileSync('dpkg-query', ['--status', name], {encoding: 'utf8'});
	const kept = status.replace(/^(Status|Conffiles|Config-Version):.*\n(?: .*\n)*/gm, '');
	writeFileSync(join(tree, 'DEBIAN/control'), kept);
	change(tree);
	const path = join(work.folder, `${name}.deb`);
	execFileSync('dpkg-deb', ['--build', '-Znone', '--root-owner-group', tree, path], {stdio: 'pipe'});
	return path;
}

/** A Python that is linked to its libpython, all in a prefix of its own; null where the machine has none. No package gives it. */
export function sharedPython(): string | null {
	return ownPythons().find(path => interpreterOf(path) !== path && isWhole(path)) ?? null;
}

/** The lab's have links to one standard library for all, and no other name than their version's. */
function isWhole(path: string): boolean {
	const prefix = dirname(dirname(path));
	return lstatSync(join(prefix, 'lib', basename(path), 'os.py')).isFile() && existsSync(join(prefix, 'bin/python'));
}

/** The layout in which python-build-standalone publishes: all under `python`, the interpreter beside its library. */
export function standalone(work: Workshop, name: string, python: string): string {
	const prefix = dirname(dirname(python));
	const release = basename(python);
	const to = join(work.folder, 'standalone/python');
	const leftOut = /\/(test|tests|site-packages|__pycache__|idlelib|turtledemo|ensurepip)$/;
	for (const part of [`bin/${release}`, `lib/${release}`, `lib/${basename(interpreterOf(python))}`]) {
		cpSync(join(prefix, part), join(to, part), {
			recursive: true,
			preserveTimestamps: true,
			filter: path => !leftOut.test(path),
		});
	}
	chmodSync(join(to, 'bin', release), 0o755);
	execFileSync('tar', ['--auto-compress', '-cf', name, '-C', 'standalone', 'python'], {cwd: work.folder});
	return name;
}
