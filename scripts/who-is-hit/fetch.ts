/** This file fetches a tool's package with the distribution's own client and unpacks it in a folder. */

import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {matchesGlob} from '../../src/model/glob.js';
import type {KnownTool} from '../../src/model/known-tool.js';

export interface Fetched {
	/** Upstream's. */
	readonly version: string;
	/** The library that the row is about; the root where it has none of its own. */
	readonly file: string;
	/** Where the package's files begin; what a Python imports, or the root of a file system. */
	readonly root: string;
}

/** Errors: Error where the package or its file is not to be had. */
export function fetchPackage(
	{package: wanted, kind}: Pick<KnownTool, 'package' | 'kind'>,
	folder: string,
	python: string,
): Fetched {
	if (wanted === null) throw new Error('no package holds it');
	const {from, name, file} = wanted;
	const root = join(folder, 'root');
	mkdirSync(root);
	// What is imported needs what it imports; a preload library is looked at alone.
	const version =
		from === 'debian' ? fetchDebian(name, folder, root) : fetchPython(name, root, python, kind !== 'preload');
	if (file === null) return {version, file: root, root};
	const pattern = file.replace(/^\//, '');
	const found = readdirSync(root, {recursive: true, encoding: 'utf8'}).find(path => matchesGlob(pattern, path));
	if (found === undefined) throw new Error(`${name} ${version} has no ${file}`);
	return {version, file: join(root, found), root};
}

function fetchDebian(name: string, folder: string, root: string): string {
	const deb = unpack(name, folder, root);
	for (const needed of libraryPackages(deb, folder)) unpack(needed, folder, root);
	// Without the epoch, Debian's revision, and what it says of a repacked source.
	return run('dpkg-deb', ['-f', deb, 'Version'], folder)
		.trim()
		.replace(/^\d+:/, '')
		.replace(/-[^-]*$/, '')
		.replace(/[+~](ds|dfsg|really).*/, '');
}

function unpack(name: string, folder: string, root: string): string {
	run('apt-get', ['download', '-q', name], folder);
	const deb = readdirSync(folder).find(file => file.startsWith(`${name}_`)) ?? '';
	run('dpkg-deb', ['-x', deb, root], folder);
	return deb;
}

/** Libraries that the package needs, as far as this machine lacks them. */
function libraryPackages(deb: string, folder: string): readonly string[] {
	const depends = run('dpkg-deb', ['-f', deb, 'Depends'], folder);
	const names = depends.split(',').map(part => (part.split('|')[0] ?? '').trim().replace(/[ (:].*/s, ''));
	return names.filter(
		name => /^lib(?!c6$)/.test(name) && spawnSync('dpkg-query', ['-W', '-f', 'x', name]).status !== 0,
	);
}

function fetchPython(name: string, root: string, python: string, dependencies: boolean): string {
	const options = ['-q', '--no-compile', '--disable-pip-version-check', ...(dependencies ? [] : ['--no-deps'])];
	run(python, ['-m', 'pip', 'install', ...options, '--target', root, name], root);
	// The folder of a name with a hyphen has an underscore.
	const stem = name.replaceAll('-', '_');
	const metadata = readdirSync(root).find(entry => entry.toLowerCase().startsWith(`${stem}-`)) ?? '';
	return metadata.slice(stem.length + 1).replace('.dist-info', '');
}

function run(file: string, argv: readonly string[], cwd: string): string {
	return execFileSync(file, [...argv], {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}
