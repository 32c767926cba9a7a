/** This file lists where Pythons are installed, without starting any. */

import {readdirSync, realpathSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {Environment} from '../process/temporary.js';
import {isExecutableFile, pathFolders} from './path.js';
import {sniff} from './sniff.js';

export interface Installed {
	readonly elf: readonly string[];
	/** Which Python these start is known only by asking them. */
	readonly scripts: readonly string[];
	readonly libraries: readonly string[];
}

/** Real files, once each, in the order of the folders: PATH first, as a user would meet them. */
export function installedPythons(env: Environment): Installed {
	const folders = unique(binaryFolders(env));
	const programs = unique(folders.flatMap(folder => executables(folder)));
	const elf = programs.filter(path => kindOf(path) === 'elf');
	return {
		elf,
		scripts: programs.filter(path => kindOf(path) === 'script'),
		libraries: unique([...systemLibraryFolders(), ...elf.flatMap(libraryFolders)].flatMap(libraries)),
	};
}

/** python, python3, python3.13t, python3-dbg, python3.6m; not python3-config, python-argcomplete-check-easy-install-script. */
const programName = /^python(\d+(\.\d+)?)?(-dbg|[dmtu]*)$/;
const libraryName = /^libpython\d+\.\d+_?[dmtu]*\.so(\.\d+)*$/;

function binaryFolders(env: Environment): string[] {
	const shims = join(pyenvRoot(env), 'shims');
	return [
		// What pyenv's shims start is listed below, whichever version they choose now.
		...pathFolders(env.PATH).filter(folder => folder !== shims),
		...prefixes(env).map(prefix => join(prefix, 'bin')),
	];
}

/** Where Pythons are installed, whether PATH leads there or not. */
export function prefixes(env: Environment): string[] {
	const data = env.XDG_DATA_HOME ?? join(env.HOME ?? '', '.local/share');
	const opt = below('/opt');
	return [
		'/usr',
		'/usr/local',
		...below(join(pyenvRoot(env), 'versions')),
		...below(env.UV_PYTHON_INSTALL_DIR ?? join(data, 'uv/python')),
		'/opt',
		...opt,
		...opt.flatMap(below),
	];
}

function pyenvRoot(env: Environment): string {
	return env.PYENV_ROOT ?? join(env.HOME ?? '', '.pyenv');
}

function systemLibraryFolders(): string[] {
	const multiarch = below('/usr/lib').filter(folder => /-linux-/.test(folder));
	return [...multiarch, '/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/local/lib64'];
}

/** Where an installation keeps the library of its own program. */
function libraryFolders(program: string): string[] {
	const prefix = dirname(dirname(program));
	return [join(prefix, 'lib'), join(prefix, 'lib64')];
}

function executables(folder: string): string[] {
	return matching(folder, programName).filter(isExecutableFile).flatMap(realIfNamed);
}

/** A wrapper that looks at the name by which it is called keeps that name. */
function realIfNamed(path: string): string[] {
	return real(path).map(real => (programName.test(basename(real)) ? real : path));
}

function libraries(folder: string): string[] {
	return matching(folder, libraryName).flatMap(real);
}

function matching(folder: string, name: RegExp): string[] {
	return names(folder)
		.filter(file => name.test(file))
		.sort()
		.map(file => join(folder, file));
}

function below(folder: string): string[] {
	return names(folder)
		.sort()
		.map(name => join(folder, name));
}

function names(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function real(path: string): string[] {
	try {
		return [realpathSync(path)];
	} catch {
		return [];
	}
}

/** A file whose kind cannot be told goes on to `resolveTarget`, which says why. */
function kindOf(path: string): 'elf' | 'script' {
	try {
		return sniff(path).kind;
	} catch {
		return 'elf';
	}
}

function unique(paths: readonly string[]): string[] {
	return [...new Set(paths)];
}
