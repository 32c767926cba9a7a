/** This file places a finished build: interpreter, library and extension modules copied, the standard library shared. */

import {existsSync, readdirSync, readFileSync, realpathSync} from 'node:fs';
import {chmod, copyFile, cp, mkdir, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SuiteError} from '../errors.js';
import type {Lab} from './lab.js';
import {locked} from './lock.js';
import {seriesOf} from './release.js';
import type {Source} from './source.js';
import {runStep} from './step.js';

export interface Finished {
	readonly name: string;
	readonly work: string;
	readonly prefix: string;
	readonly log: string;
	readonly env: Readonly<Record<string, string>>;
	readonly version: string;
	readonly source: Source;
}

export interface InstalledPython {
	readonly python: string;
	readonly interpreter: string;
}

/** A quick build is placed by hand in a second; `make install` byte-compiles the whole library three times over. */
export async function install(finished: Finished, keepObjects: boolean, lab: Lab): Promise<InstalledPython> {
	await rm(finished.prefix, {recursive: true, force: true});
	await (lab.quick ? place(finished, lab) : makeInstall(finished, lab));
	if (keepObjects) await keep(finished);
	await rm(finished.work, {recursive: true, force: true});
	return placedIn(finished.prefix, finished.version);
}

/** What lies in an installed prefix. */
export function placedIn(prefix: string, version: string): InstalledPython {
	const bin = join(prefix, 'bin');
	const name = readdirSync(bin).find(name =>
		new RegExp(`^python${seriesOf(version).replace('.', '\\.')}[a-z]*$`).test(name),
	);
	if (name === undefined) throw new SuiteError(`${bin} holds no interpreter.`);
	const python = realpathSync(join(bin, name));
	const library = libraryIn(join(prefix, 'lib'));
	return {python, interpreter: library ?? python};
}

/** The real libpython, past its links; null in a static build. */
export function libraryIn(lib: string): string | null {
	const name = readdirSync(lib).find(name => /^libpython[23]\.\d+[a-z]*\.so\.1\.0$/.test(name));
	return name === undefined ? null : join(lib, name);
}

async function place(finished: Finished, lab: Lab): Promise<void> {
	const {work, prefix, version, source} = finished;
	const series = seriesOf(version);
	const folder = `python${series}${threads(work)}`;
	const lib = join(prefix, 'lib', folder);
	const dynload = join(lib, 'lib-dynload');
	await mkdir(dynload, {recursive: true});
	await mkdir(join(prefix, 'bin'), {recursive: true});
	await copyFile(join(work, 'python'), join(prefix, 'bin', `python${series}`));
	await chmod(join(prefix, 'bin', `python${series}`), 0o755);
	await symlink(`python${series}`, join(prefix, 'bin', 'python3'));
	for (const name of readdirSync(work).filter(name => /^libpython.*\.so/.test(name))) {
		await cp(join(work, name), join(prefix, 'lib', name), {verbatimSymlinks: true});
	}
	const modules = join(work, readFileSync(join(work, 'pybuilddir.txt'), 'utf8').trim());
	for (const name of readdirSync(modules)) {
		// Newer releases link to the modules from here; the target is what is wanted.
		if (name.endsWith('.so')) await copyFile(realpathSync(join(modules, name)), join(dynload, name));
		else if (/^_sysconfig.*\.(?:py|json)$|^build-details\.json$/.test(name))
			await copyFile(join(modules, name), join(lib, name));
	}
	await linkLibrary(await standardLibrary(source, lab), lib);
	const include = join(prefix, 'include', folder);
	await mkdir(include, {recursive: true});
	await linkLibrary(join(source.folder, 'Include'), include);
	await copyFile(join(work, 'pyconfig.h'), join(include, 'pyconfig.h'));
	await compileLibrary(finished, lab);
}

/**
 * Byte code for the shared library, once: checks forbid a target to write any, and a Python that compiles what it imports
 * makes ten times the calls.
 */
async function compileLibrary({name, work, prefix, log, env, source}: Finished, lab: Lab): Promise<void> {
	const library = join(lab.root, 'stdlib', source.digest);
	const done = join(library, '__pycache__', 'done');
	if (existsSync(done)) return;
	await runStep({
		name: `${name}: compileall`,
		file: join(prefix, 'bin', 'python3'),
		// Without -j: it needs a module that a quick build may not have.
		argv: ['-S', '-E', '-m', 'compileall', '-q', library],
		env,
		cwd: work,
		log,
		timeoutSeconds: 600,
		signal: lab.signal,
		now: lab.tell.now,
	});
	await writeFile(done, '');
}

/** What a free-threaded build adds to the names of its folders: `t`, and nothing in any other. */
function threads(work: string): string {
	return /^ABI_THREAD=[ \t]*(\w*)/m.exec(readFileSync(join(work, 'Makefile'), 'utf8'))?.[1] ?? '';
}

/** Some builds share a folder of modules, and with it the byte code; each has its own folder of links to it. */
async function linkLibrary(from: string, into: string): Promise<void> {
	for (const name of readdirSync(from)) {
		if (!existsSync(join(into, name))) await symlink(join(from, name), join(into, name));
	}
}

/** A copy, so that no byte code is written into the user's source. */
async function standardLibrary({folder, digest}: Source, lab: Lab): Promise<string> {
	const library = join(lab.root, 'stdlib', digest);
	return locked(join(lab.root, 'stdlib'), lab, async () => {
		if (existsSync(library)) return library;
		const partial = `${library}.partial`;
		await rm(partial, {recursive: true, force: true});
		const left = new Set(['test', 'tests', 'idlelib', 'lib2to3', 'tkinter', 'turtledemo', 'ensurepip', '__pycache__']);
		const root = join(folder, 'Lib');
		await cp(root, partial, {recursive: true, filter: path => !left.has(path.slice(path.lastIndexOf('/') + 1))});
		// Linked to like any module: what is compiled for one build serves all.
		await mkdir(join(partial, '__pycache__'));
		await rename(partial, library);
		return library;
	});
}

async function makeInstall({name, work, prefix, log, env, version}: Finished, lab: Lab): Promise<void> {
	await runStep({
		name: `${name}: make install`,
		file: 'make',
		argv: ['install', 'ENSUREPIP=no'],
		env,
		cwd: work,
		log,
		timeoutSeconds: 3600,
		signal: lab.signal,
		now: lab.tell.now,
	});
	const python = join(prefix, 'bin', 'python3');
	if (!existsSync(python)) await symlink(`python${seriesOf(version)}`, python);
}

/** Where a build keeps what relinks need. */
export function objectsOf(folder: string): {readonly archive: string; readonly main: string} {
	return {archive: join(folder, 'objects', 'libpython.a'), main: join(folder, 'objects', 'python.o')};
}

async function keep({work, prefix}: Finished): Promise<void> {
	const {archive, main} = objectsOf(join(prefix, '..'));
	await mkdir(join(archive, '..'), {recursive: true});
	const name = readdirSync(work).find(name => /^libpython[23]\.\d+[a-z]*\.a$/.test(name));
	if (name === undefined) throw new SuiteError('The build made no static libpython, which relinks need.');
	await copyFile(join(work, name), archive);
	const mains = ['Programs', 'Modules'].map(folder => join(work, folder, 'python.o'));
	await copyFile(mains.find(path => existsSync(path)) ?? '', main);
}
