/** This file links the finished objects of one build anew: a variant that only the linker makes, in about a second. */

import {existsSync, readdirSync} from 'node:fs';
import {mkdir, rm, symlink} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {SuiteError} from '../errors.js';
import {runChild} from '../process/child.js';
import {succeeded} from '../process/ending.js';
import {findCompiler, versionOf} from './compiler.js';
import {type FlagName, flagNamed} from './flags.js';
import {libraryIn, objectsOf, placedIn} from './install.js';
import {buildEnvironment, type Lab} from './lab.js';
import {locked} from './lock.js';
import {digestOf, type Recipe} from './recipe.js';
import {type Built, reached, readRecord, writeRecord} from './record.js';
import {seriesOf} from './release.js';
import {runStep} from './step.js';
import type {Linked} from './variant.js';

export interface RelinkRequest {
	readonly name: string;
	readonly flags: readonly FlagName[];
	readonly as: Linked;
	/** Whose objects are linked. */
	readonly base: Built;
}

export async function relink(request: RelinkRequest, lab: Lab): Promise<Built> {
	const {name, base} = request;
	const recipe = recipeOf(request);
	const compiler = await findCompiler(lab.env.CC, lab);
	const versions = await Promise.all(recipe.programs.map(program => versionOf(program, name, lab)));
	const digest = digestOf(recipe, [request.as, basename(base.folder), compiler.command, compiler.version, ...versions]);
	const folder = join(lab.root, 'builds', `${name}-${base.version}${base.quick ? '-quick' : ''}-${digest}`);
	return locked(folder, lab, async () => {
		const kept = readRecord(folder);
		if (kept !== null && reached(kept, 'installed')) return {...kept, folder};
		const start = Date.now();
		const prefix = join(folder, 'prefix');
		await rm(prefix, {recursive: true, force: true});
		const commands = await link(request, recipe, {compiler: compiler.command, folder, prefix}, lab);
		await shareModules(base, prefix);
		const {python, interpreter} = placedIn(prefix, base.version);
		const record = {
			phase: 'installed' as const,
			name,
			flags: request.flags,
			version: base.version,
			source: base.source,
			quick: base.quick,
			compiler: compiler.version,
			commands,
			python,
			interpreter: request.as === 'library' ? interpreter : python,
			seconds: Math.round((Date.now() - start) / 1000),
		};
		await writeRecord(folder, record);
		lab.tell.line(`${name}: linked in ${record.seconds} s`);
		return {...record, folder};
	});
}

function recipeOf({flags}: RelinkRequest): Recipe {
	const rows = flags.map(flagNamed);
	return {
		configure: [],
		cflags: [],
		ldflags: rows.flatMap(row => row.ldflags ?? []),
		env: {},
		make: [],
		setup: '',
		programs: rows.flatMap(row => row.programs ?? []),
		slow: false,
	};
}

interface Place {
	readonly compiler: string;
	readonly folder: string;
	readonly prefix: string;
}

/** Gives the commands, as people would type them. */
async function link({name, as, base}: RelinkRequest, {ldflags}: Recipe, place: Place, lab: Lab): Promise<string[]> {
	const {archive, main} = objectsOf(base.folder);
	const original = libraryIn(join(base.folder, 'prefix', 'lib'));
	if (!existsSync(archive) || original === null) {
		throw new SuiteError(`${name} needs the objects of ${base.name}, and its build kept none.`, {
			hint: `Run 'pyinterpose lab clean ${base.name}', then build again.`,
		});
	}
	const soname = basename(original);
	const lib = join(place.prefix, 'lib');
	const python = join(place.prefix, 'bin', `python${seriesOf(base.version)}`);
	const whole = ['-Wl,--whole-archive', archive, '-Wl,--no-whole-archive'];
	const libraries = await librariesOf(base, lab);
	const rpath = `-Wl,-rpath,${lib}`;
	const own: Record<Linked, readonly (readonly string[])[]> = {
		library: [
			['-shared', ...ldflags, rpath, `-Wl,-soname,${soname}`, '-o', join(lib, soname), ...whole, ...libraries],
			[rpath, '-Xlinker', '-export-dynamic', '-o', python, main, join(lib, soname), ...libraries],
		],
		executable: [['-Xlinker', '-export-dynamic', ...ldflags, '-o', python, main, ...whole, ...libraries]],
		'executable-beside-library': [
			['-shared', ...ldflags, rpath, `-Wl,-soname,${soname}`, '-o', join(lib, soname), ...whole, ...libraries],
			['-Xlinker', '-export-dynamic', '-o', python, main, ...whole, ...libraries],
		],
	};
	await mkdir(lib, {recursive: true});
	await mkdir(join(place.prefix, 'bin'), {recursive: true});
	for (const argv of own[as]) {
		await runStep({
			name: `${name}: link`,
			file: place.compiler,
			argv,
			env: buildEnvironment(lab.env),
			cwd: place.folder,
			log: join(place.folder, 'log'),
			timeoutSeconds: 600,
			signal: lab.signal,
			now: lab.tell.now,
		});
	}
	if (as !== 'executable') await symlink(soname, join(lib, soname.replace('.so.1.0', '.so')));
	await symlink(basename(python), join(place.prefix, 'bin', 'python3'));
	const paths: readonly (readonly [string, string])[] = [
		[archive, basename(soname).replace('.so.1.0', '.a')],
		[main, 'Programs/python.o'],
		[`${place.prefix}/`, ''],
	];
	return own[as].map(argv =>
		paths.reduce(
			(text, [from, to]) => text.replaceAll(from, to),
			[place.compiler, ...argv.filter(word => word !== rpath)].join(' '),
		),
	);
}

/** What libpython itself needs, as the base's build recorded it. */
async function librariesOf({python, name}: Built, {env, signal}: Lab): Promise<string[]> {
	const program =
		'import sysconfig; print(" ".join(sysconfig.get_config_var(n) or "" for n in ("LIBS", "MODLIBS", "SYSLIBS")))';
	const {exit, stdout} = await runChild({
		file: python,
		argv: ['-S', '-E', '-c', program],
		env: buildEnvironment(env),
		timeoutSeconds: 60,
		signal,
	});
	if (!succeeded(exit)) throw new SuiteError(`${name} does not start: ${python}.`);
	// A static archive needs what its shared twin was linked to, whether or not this libc keeps it apart.
	return [...new Set([...stdout.trim().split(/\s+/).filter(Boolean), '-lpthread', '-ldl', '-lutil', '-lm'])];
}

/** The extension modules and the standard library are those of the base: the linker changes neither. */
async function shareModules(base: Built, prefix: string): Promise<void> {
	const from = join(base.folder, 'prefix');
	for (const name of readdirSync(join(from, 'lib')).filter(name => /^python\d/.test(name))) {
		await symlink(join(from, 'lib', name), join(prefix, 'lib', name));
	}
	await symlink(join(from, 'include'), join(prefix, 'include'));
}
