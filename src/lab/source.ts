/** This file takes the source of a CPython, a tarball or a folder, and makes it ready to be built out of tree. */

import {createHash} from 'node:crypto';
import {createReadStream, existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {mkdtemp, rename, rm} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {SuiteError} from '../errors.js';
import {runChild} from '../process/child.js';
import {succeeded} from '../process/ending.js';
import {cannotBeRead} from '../process/file-errors.js';
import {buildEnvironment, type Lab} from './lab.js';
import {locked} from './lock.js';

export interface Source {
	/** Holds `configure`. */
	readonly folder: string;
	readonly version: string;
	/** Of what the builds are made of; the same source gives the same digest. */
	readonly digest: string;
}

/** Errors: SuiteError for what is not there, cannot be unpacked, or is no CPython. */
export async function openSource(given: string, lab: Lab): Promise<Source> {
	const path = resolve(given);
	const stat = statSync(path, {throwIfNoEntry: false});
	if (stat === undefined) {
		throw new SuiteError(`There is no source at ${path}.`, {hint: 'Name a tarball or a folder of CPython.'});
	}
	return stat.isDirectory() ? openFolder(path, path, digestOfFolder(path)) : openTarball(path, lab);
}

async function openTarball(path: string, lab: Lab): Promise<Source> {
	const digest = await digestOfFile(path);
	const sources = join(lab.root, 'sources');
	const folder = join(sources, digest);
	await locked(sources, lab, async () => {
		if (existsSync(folder)) return;
		lab.tell.line(`Unpacking ${path}`);
		// Under another name until it is whole: what was interrupted is never taken for a source.
		const partial = await mkdtemp(join(sources, 'partial-'));
		try {
			await unpack(path, partial, lab);
			await rename(partial, folder);
		} finally {
			await rm(partial, {recursive: true, force: true});
		}
	});
	return openFolder(path, top(folder), digest);
}

async function unpack(path: string, into: string, {env, signal}: Lab): Promise<void> {
	const {exit, stderr} = await runChild({
		file: 'tar',
		argv: ['-xf', path, '--no-same-owner'],
		env: buildEnvironment(env),
		cwd: into,
		timeoutSeconds: 600,
		signal,
	});
	if (succeeded(exit)) return;
	throw new SuiteError(`${path} cannot be unpacked: ${stderr.trim().split('\n')[0] ?? 'tar is missing'}`, {
		hint: 'Give a tarball that tar can read, on a disk with 200 MB to spare.',
	});
}

/** The folder that a tarball holds, or itself where the tarball has no folder of its own. */
function top(folder: string): string {
	if (existsSync(join(folder, 'configure'))) return folder;
	const inner = readdirSync(folder).find(name => existsSync(join(folder, name, 'configure')));
	return inner === undefined ? folder : join(folder, inner);
}

function openFolder(given: string, folder: string, digest: string): Source {
	const header = join(folder, 'Include', 'patchlevel.h');
	if (!existsSync(join(folder, 'configure')) || !existsSync(header)) {
		throw new SuiteError(`${given} is not the source of a CPython: it holds no configure and Include/patchlevel.h.`, {
			hint: 'Give the tarball of a release, or the folder that it unpacks to.',
		});
	}
	if (existsSync(join(folder, 'Programs', 'python.o')) || existsSync(join(folder, 'Modules', 'python.o'))) {
		throw new SuiteError(`${given} has been built in place, and CPython does not build outside such a folder.`, {
			hint: `Run 'make distclean' in it first.`,
		});
	}
	const version = /^#define\s+PY_VERSION\s+"([^"]+)"/m.exec(readFileSync(header, 'utf8'))?.[1];
	if (version === undefined) throw new SuiteError(`${header} names no version.`);
	return {folder, version, digest};
}

async function digestOfFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	try {
		await pipeline(createReadStream(path), hash);
	} catch (error) {
		throw cannotBeRead(path, error);
	}
	return hash.digest('hex').slice(0, 12);
}

/** By name, size and time: a source that was edited is another source, without reading 100 MB. */
function digestOfFolder(folder: string): string {
	const hash = createHash('sha256');
	for (const part of ['.', 'Include', 'Lib', 'Modules', 'Objects', 'Parser', 'Programs', 'Python']) {
		const path = join(folder, part);
		if (!existsSync(path)) continue;
		for (const entry of readdirSync(path, {withFileTypes: true, recursive: part !== '.' && part !== 'Lib'})) {
			if (!entry.isFile() || entry.name.endsWith('.pyc')) continue;
			const file = join(entry.parentPath, entry.name);
			const {size, mtimeMs} = statSync(file);
			hash.update(`${file.slice(folder.length)}\0${size}\0${mtimeMs}\n`);
		}
	}
	return hash.digest('hex').slice(0, 12);
}
