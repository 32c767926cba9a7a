/** This file builds a CPython out of tree, phase by phase, and goes on where an interrupted build stopped. */

import {existsSync, statSync} from 'node:fs';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {SuiteError} from '../errors.js';
import {type Compiler, findCompiler, mustHave} from './compiler.js';
import {configureHelp} from './configure-help.js';
import type {FlagName} from './flags.js';
import {install} from './install.js';
import {buildEnvironment, type Lab} from './lab.js';
import {removeHalfWritten} from './leftovers.js';
import {locked} from './lock.js';
import {digestOf, type Recipe, recipeOf} from './recipe.js';
import {type BuildRecord, type Built, reached, readRecord, writeRecord} from './record.js';
import {mustHaveRoom} from './room.js';
import type {Source} from './source.js';
import {runStep} from './step.js';

export interface PythonBuildRequest {
	readonly name: string;
	readonly flags: readonly FlagName[];
	readonly source: Source;
	/** Keeps the objects, for relinks. */
	readonly keepObjects: boolean;
}

/** Installed, not yet checked. Gives what the cache holds where it is finished. */
export async function build(request: PythonBuildRequest, lab: Lab): Promise<Built> {
	const plan = await planOf(request, lab);
	return locked(plan.folder, lab, async () => {
		const kept = readRecord(plan.folder);
		if (kept !== null && reached(kept, 'installed')) return {...kept, folder: plan.folder};
		mustHaveRoom(lab.root);
		const start = Date.now();
		let record = kept ?? firstRecord(plan, request, lab);
		const how = kept === null ? 'building' : `going on after '${kept.phase}'`;
		lab.tell.line(`${request.name}: ${how}, log in ${plan.log}`);
		const seconds = () => record.seconds + Math.round((Date.now() - start) / 1000);
		try {
			record = await configure(plan, record, lab);
			record = await make(plan, record, lab);
			const placed = await install(
				{...plan, version: request.source.version, source: request.source},
				request.keepObjects,
				lab,
			);
			record = {...record, ...placed, phase: 'installed'};
			lab.tell.line(`${request.name}: built in ${seconds()} s`);
		} finally {
			await writeRecord(plan.folder, {...record, seconds: seconds()});
		}
		return {...record, seconds: seconds(), folder: plan.folder};
	});
}

export interface BuildPlan {
	readonly name: string;
	readonly folder: string;
	readonly work: string;
	readonly prefix: string;
	readonly log: string;
	readonly compiler: Compiler;
	readonly recipe: Recipe;
	readonly configure: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly sourceFolder: string;
}

async function planOf({name, flags, source}: PythonBuildRequest, lab: Lab): Promise<BuildPlan> {
	const help = await configureHelp(source, lab);
	const recipe = recipeOf({name, flags, version: source.version, quick: lab.quick, help});
	await mustHave([...recipe.programs, 'make'], name, lab);
	const compiler = await findCompiler(recipe.env.CC ?? lab.env.CC, lab);
	const digest = digestOf(recipe, [source.digest, source.version, compiler.command, compiler.version]);
	const folder = join(lab.root, 'builds', `${name}-${source.version}${lab.quick ? '-quick' : ''}-${digest}`);
	const prefix = join(folder, 'prefix');
	return {
		name,
		folder,
		work: join(folder, 'work'),
		prefix,
		log: join(folder, 'log'),
		compiler,
		recipe,
		configure: configureArguments(recipe, prefix),
		env: {...buildEnvironment(lab.env), CC: compiler.command, ...onMusl(compiler), ...recipe.env},
		sourceFolder: source.folder,
	};
}

/** For musl-gcc: what it starts, and that nothing which pkg-config knows is there for it (`/var/empty` holds nothing). */
function onMusl({command}: Compiler): Readonly<Record<string, string>> {
	return command === 'musl-gcc' ? {REALGCC: behindMusl, PKG_CONFIG_LIBDIR: '/var/empty'} : {};
}

const behindMusl = fileURLToPath(new URL('../../../native/gcc-behind-musl', import.meta.url));

/** With the prefix as run path, so that the build starts without LD_LIBRARY_PATH. */
function configureArguments({configure, cflags, ldflags}: Recipe, prefix: string): string[] {
	return [
		'--quiet',
		`--prefix=${prefix}`,
		...configure,
		...(cflags.length > 0 ? [`CFLAGS=${cflags.join(' ')}`] : []),
		`LDFLAGS=${[`-Wl,-rpath,${prefix}/lib`, ...ldflags].join(' ')}`,
	];
}

function firstRecord(plan: BuildPlan, {flags, source}: PythonBuildRequest, lab: Lab): BuildRecord {
	return {
		phase: 'begun',
		name: plan.name,
		flags,
		version: source.version,
		source: source.digest,
		quick: lab.quick,
		compiler: plan.compiler.version,
		commands: commandsOf(plan, lab),
		python: '',
		interpreter: '',
		seconds: 0,
	};
}

/** As people would type them; the prefix and its run path, different on every machine, are left out. */
function commandsOf({recipe, compiler}: BuildPlan, lab: Lab): string[] {
	const variables = Object.entries({CC: compiler.command, ...recipe.env}).map(([name, value]) => `${name}=${value}`);
	const flags = [
		...(recipe.cflags.length > 0 ? [`CFLAGS='${recipe.cflags.join(' ')}'`] : []),
		...(recipe.ldflags.length > 0 ? [`LDFLAGS='${recipe.ldflags.join(' ')}'`] : []),
	];
	return [
		[...variables, './configure', ...recipe.configure, ...flags].join(' '),
		['make', ...targetsOf(recipe, lab), ...recipe.make.map(word => `'${word}'`)].join(' '),
	];
}

async function configure(plan: BuildPlan, record: BuildRecord, lab: Lab): Promise<BuildRecord> {
	if (reached(record, 'configured')) return record;
	// Half a configuration is worth nothing.
	await rm(plan.work, {recursive: true, force: true});
	await mkdir(plan.work, {recursive: true});
	await step('configure', join(plan.sourceFolder, 'configure'), plan.configure, plan, lab);
	if (plan.recipe.setup !== '') await writeFile(join(plan.work, 'Modules', 'Setup.local'), plan.recipe.setup);
	return advance(plan, record, 'configured');
}

async function make(plan: BuildPlan, record: BuildRecord, lab: Lab): Promise<BuildRecord> {
	if (reached(record, 'made')) return record;
	const {work, recipe} = plan;
	const configured = statSync(join(work, 'Makefile')).mtimeMs;
	await removeHalfWritten(work, configured);
	await step('make', 'make', [`-j${lab.jobs}`, ...targetsOf(recipe, lab), ...recipe.make], plan, lab);
	if (!existsSync(join(work, 'python'))) {
		throw new SuiteError(`${plan.name}: make succeeded without an interpreter.`, {hint: `Read ${plan.log}.`});
	}
	return advance(plan, record, 'made');
}

/** The default target makes what only an installation needs; the profile's does more than it is asked to. */
function targetsOf({slow}: Recipe, {quick}: Lab): string[] {
	if (slow) return ['profile-opt'];
	return quick ? ['python', 'sharedmods'] : ['all'];
}

async function advance({folder}: BuildPlan, record: BuildRecord, phase: BuildRecord['phase']): Promise<BuildRecord> {
	const next = {...record, phase};
	await writeRecord(folder, next);
	return next;
}

async function step(name: string, file: string, argv: readonly string[], plan: BuildPlan, lab: Lab): Promise<void> {
	const {work, env, log} = plan;
	lab.tell.now(`${plan.name}: ${name}`);
	await runStep({
		name: `${plan.name}: ${name}`,
		file,
		argv,
		env,
		cwd: work,
		log,
		timeoutSeconds: 3 * 3600,
		signal: lab.signal,
		now: lab.tell.now,
	});
}
