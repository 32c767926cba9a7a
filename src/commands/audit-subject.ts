/** This file finds what is audited: the libraries among the words, and the programs that run them. */

import {existsSync, realpathSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {AuditedProgram} from '../audit.js';
import {SuiteError, UsageError} from '../errors.js';
import {read} from '../gather/audit/object.js';
import {startedProcesses} from '../gather/audit/processes.js';
import type {AuditProgram} from '../gather/audit/run.js';
import type {AuditedLibrary} from '../model/audit.js';
import type {Failure} from '../model/report.js';
import type {Launch, Target} from '../model/target.js';
import {preloadable} from '../process/preloadable.js';
import {variablesOf} from '../process/temporary.js';
import {steadyEnvironment} from '../target/environment.js';
import {defaultNames} from '../target/find.js';
import {isInterpreter, isLibpython, objectReader} from '../target/objects.js';
import type {Launcher, Surroundings} from '../target/surroundings.js';
import {gatherTargets} from '../target/targets.js';

export interface Subject {
	/** Real paths, in the order in which they are preloaded. */
	readonly libraries: readonly string[];
	readonly programs: readonly AuditedProgram[];
	readonly failures: readonly Failure[];
}

export interface SubjectRequest extends Surroundings {
	readonly positionals: readonly string[];
	/** What follows `--`. */
	readonly command: readonly string[];
	readonly added: Readonly<Record<string, string>>;
	readonly launch: Launcher;
}

/** Errors: SuiteError where a library cannot be preloaded at all, or a command preloads none. */
export async function auditSubject(request: SubjectRequest): Promise<Subject> {
	const {positionals, command} = request;
	const isGivenLibrary = libraryTest();
	const libraries = positionals.filter(isGivenLibrary).map(path => usable(realpathSync(path)));
	const names = positionals.filter(name => !isGivenLibrary(name));
	const [file] = command;
	if (file !== undefined) {
		if (names.length > 0) {
			throw new UsageError(`${names[0]} and the command after -- name two programs.`, {
				hint: 'Put the Python into the command.',
			});
		}
		return ofCommand(libraries, file, command.slice(1), request);
	}
	if (libraries.length === 0) {
		throw new SuiteError(`${names[0]} is no library that could be preloaded.`, {
			hint: 'Give the path of a shared object first, then the Pythons.',
		});
	}
	return ofTargets(libraries, names, request);
}

export function describeLibraries(paths: readonly string[]): readonly AuditedLibrary[] {
	return paths.map(path => {
		const {elf} = read(path);
		return {path, soname: elf.soname, buildId: elf.buildId};
	});
}

/** A shared object that is no Python. A name without a slash is a Python's, unless such a file is here. */
function libraryTest(): (name: string) => boolean {
	const object = objectReader();
	return name => {
		if (!existsSync(name) || isLibpython(name)) return false;
		try {
			const found = object(realpathSync(name));
			return found.elf.header.type === 'shared' && !found.elf.executable && !isInterpreter(found);
		} catch (error) {
			if (error instanceof SuiteError) return false;
			throw error;
		}
	};
}

function usable(path: string): string {
	if (preloadable(path)) return path;
	throw new SuiteError(`The loader cannot preload ${path}: it takes a space or colon for the end of the name.`, {
		hint: 'Give the library a path without them, or a link to it that has none.',
	});
}

async function ofTargets(
	libraries: readonly string[],
	names: readonly string[],
	{env, added, launch, ...surroundings}: SubjectRequest,
): Promise<Subject> {
	const wanted = names.length > 0 ? names : defaultNames(env);
	const {targets, failures} = await gatherTargets({kind: 'named', names: wanted}, launch, {env, ...surroundings});
	return {
		libraries,
		failures,
		programs: targets.map(target => {
			const start = launch(target.start);
			const base = programOf(start, target, {...steadyEnvironment(env, start), ...added});
			return {
				target,
				program: order => ({...base, argv: [...base.argv, ...quiet, workload], preloading: preloading(order)}),
				bare: {...base, argv: [...base.argv, ...quiet], preloading: preloading(libraries)},
				ordered: true,
			};
		}),
	};
}

const workload = fileURLToPath(new URL('../../../probes/audit.py', import.meta.url));
/** Neither the site's packages nor byte code files. */
const quiet = ['-S', '-B', '-s'];

function preloading(libraries: readonly string[]): Record<string, string> {
	return libraries.length === 0 ? {} : {LD_PRELOAD: libraries.join(':')};
}

function programOf({file, argv}: Launch, {executable}: Target, env: AuditProgram['env']): AuditProgram {
	return {file, argv, env, preloading: {}, executable: realpathSync(executable), wrapped: false};
}

/** The command runs as the user runs it; the Python is found among what it starts. */
async function ofCommand(
	libraries: readonly string[],
	file: string,
	argv: readonly string[],
	{env, added, launch, ...surroundings}: SubjectRequest,
): Promise<Subject> {
	const own = variablesOf(env);
	const command = {file, argv, env: {...own, ...added}, preloading: preloading(libraries)};
	const {processes, watching} = await startedProcesses(command, {env, ...surroundings});
	const reader = objectReader();
	const python = processes.find(({executable}) => isPython(executable, reader));
	if (python === undefined) {
		throw new SuiteError(`'${file}' starts no Python that could be looked at.`, {
			hint: 'A program that drops LD_AUDIT from its environment, or has raised privileges, cannot be followed.',
		});
	}
	if (python.libraries.length === 0) {
		throw new SuiteError(`'${file}' preloads nothing into ${python.executable}.`, {
			hint: 'Name the library before the --, or set LD_PRELOAD in the command.',
		});
	}
	const {targets, failures} = await gatherTargets({kind: 'named', names: [python.executable]}, launch, {
		env: {...env, ...python.env},
		...surroundings,
	});
	const wrapped = {...command, executable: python.executable, wrapped: true, watching};
	return {
		libraries: python.libraries.map(path => realpathSync(path)),
		failures,
		programs: targets.map(target => ({
			target,
			program: () => wrapped,
			bare: {
				...programOf(launch(target.start), target, {...python.env, LD_PRELOAD: ''}),
				preloading: preloading(python.libraries),
			},
			ordered: false,
		})),
	};
}

function isPython(path: string, read: ReturnType<typeof objectReader>): boolean {
	try {
		const object = read(path);
		return isInterpreter(object) || object.elf.needed.some(isLibpython);
	} catch (error) {
		if (error instanceof SuiteError) return false;
		throw error;
	}
}
