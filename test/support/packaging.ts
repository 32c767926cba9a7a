/** This file lays out packaging examples as a package would, with the built command on PATH. */

import {execFileSync} from 'node:child_process';
import {chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {cliPath, folder} from './cli.js';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A copy of the folder NAME of packaging, readable by every user, and a PATH that has the command first. */
export function layOut(t: ExecutionContext, name: string, at = '.'): {cwd: string; path: string} {
	const cwd = folder(t);
	chmodSync(cwd, 0o755);
	cpSync(join(root, 'packaging', name), join(cwd, at), {recursive: true});
	const bin = join(cwd, 'bin');
	mkdirSync(bin);
	writeFileSync(join(bin, 'pyinterpose'), `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`, {mode: 0o755});
	return {cwd, path: `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`};
}

/** A copy of the folder NAME of packaging as it is, and an environment in which its own `npm install` installs this clone. */
export function asCopied(t: ExecutionContext, name: string): {cwd: string; env: Readonly<Record<string, string>>} {
	const cwd = folder(t);
	cpSync(join(root, 'packaging', name), cwd, {recursive: true});
	const prefix = join(cwd, 'npm');
	const path = `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
	// Built it is: to link it is what is left to be done. npm 9.0 to 9.3, Debian 13's, would pack it instead.
	const clone = linkable(join(cwd, 'pyinterpose'));
	const npm = {
		npm_config_prefix: prefix,
		npm_config_ignore_scripts: 'true',
		npm_config_offline: 'true',
		npm_config_install_links: 'false',
	};
	return {cwd, env: {PATH: path, HOME: cwd, LANG: 'C.UTF-8', PYINTERPOSE: clone, ...npm}};
}

/** The clone without its scripts: npm 9 prepares what it links, scripts ignored or not, and so takes `dist` from under other tests. */
function linkable(to: string): string {
	mkdirSync(to);
	const own = ['package.json', 'node_modules', '.git'];
	for (const name of readdirSync(root).filter(name => !own.includes(name)))
		symlinkSync(join(root, name), join(to, name));
	const {scripts: _, ...rest} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	writeFileSync(join(to, 'package.json'), JSON.stringify(rest));
	return to;
}

/** A copy of the built package with what it needs at run time, which every user may read: the checkout may be closed to all but its owner. */
export function copyPackage(t: ExecutionContext): string {
	const to = folder(t);
	chmodSync(to, 0o755);
	const {files} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {files: readonly string[]};
	const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {cwd: root, encoding: 'utf8'});
	const needed = listed.split('\n').flatMap(path => (path.includes('/node_modules/') ? [path] : []));
	const parts = needed.map(path => path.slice(path.indexOf('/node_modules/') + 1));
	// What is compiled beforehand is only there where a package is to be made.
	const there = files.filter(name => name !== 'prebuilds' || existsSync(join(root, name)));
	for (const part of ['package.json', 'build/Release', ...there, ...parts]) {
		cpSync(join(root, part), join(to, part), {recursive: true, dereference: true});
	}
	return join(to, relative(root, cliPath));
}

/** Errors: where the text to be replaced is not there, so that no test passes by changing nothing. */
export function edit(path: string, from: string, to: string): void {
	const text = readFileSync(path, 'utf8');
	if (!text.includes(from)) throw new Error(`${path} has no '${from}'`);
	writeFileSync(path, text.replace(from, to));
}
