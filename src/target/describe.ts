/** This file tells what a target is: its version, where its interpreter is, and what the build declares of itself. */

import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {type Kept, keptByFile} from '../cache/by-file.js';
import type {Finding, Interpreter, PythonFacts} from '../model/report.js';
import type {FoundTarget, Start, Target} from '../model/target.js';
import {nativeFolders} from '../native.js';
import {throwWhatIsMissing} from './cannot-load.js';
import {complain} from './complaints.js';
import {beginToDeclare, declare} from './declared/declare.js';
import {environmentFindings} from './environment.js';
import {jitFindings, linkageFindings, routeFindings} from './findings.js';
import {findHome} from './home.js';
import {findInterpreter} from './interpreter.js';
import {isInterpreter, libcAmong, neededLibpythons, type ObjectReader, type PythonObject} from './objects.js';
import {type Spoken, startBare} from './start.js';
import type {Launcher, Surroundings} from './surroundings.js';

/** Starts the target once. Errors: TargetError where no test of it can be made. */
export async function describeTarget(
	found: FoundTarget,
	read: ObjectReader,
	launch: Launcher,
	surroundings: Surroundings,
): Promise<Target> {
	const {start, notes} = startOf(found, read, surroundings.env);
	const embedded = found.kind === 'library' ? null : (neededLibpythons(read(found.path))[0] ?? null);
	// A program that is linked to its libpython tells which that is when it runs.
	const holdsInterpreter = isInterpreter(read(found.path));
	if (holdsInterpreter) beginToDeclare(read(found.path), surroundings.env);
	const speaking = startBare(found, launch(start), embedded, surroundings).catch(error => {
		surroundings.signal.throwIfAborted();
		return throwWhatIsMissing(error, found, read(launch(start).file).elf.interpreter, surroundings);
	});
	if (holdsInterpreter) surroundings.foresee?.(found.path);
	const [expected, spoken] = await Promise.all([expectation(found, {start, notes}, read, surroundings), speaking]);
	if (expected !== null && isDeepStrictEqual(spoken, expected.spoken)) return expected.target;
	const target = await targetOf(found, {start, notes}, spoken, read, surroundings);
	if (surroundings.expect !== undefined) spokenOf(found, surroundings).set(spoken);
	return target;
}

/** What was said the last time, and what target that makes, where somebody wants to know of it. Never rejects. */
async function expectation(
	found: FoundTarget,
	started: Started,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<{readonly spoken: Spoken; readonly target: Target} | null> {
	const {expect} = surroundings;
	// What is from a package lies elsewhere each time.
	if (expect === undefined || found.root !== undefined) return null;
	const spoken = spokenOf(found, surroundings).get();
	if (spoken === undefined) return null;
	try {
		const target = await targetOf(found, started, spoken, read, surroundings);
		expect(target);
		return {spoken, target};
	} catch {
		// What is wrong is told once the Python has spoken.
		return null;
	}
}

/** By the target's file: where something else has changed, another thing is said than was expected. */
function spokenOf({path}: FoundTarget, {env}: Surroundings): Kept<Spoken> {
	return keptByFile<Spoken>(path, 'spoken', env);
}

interface Started {
	readonly start: Start;
	/** What is to be told of the way it is started. */
	readonly notes: readonly Finding[];
}

/** Errors: TargetError where no test of it can be made. */
async function targetOf(
	found: FoundTarget,
	{start, notes}: Started,
	spoken: Spoken,
	read: ObjectReader,
	surroundings: Surroundings,
): Promise<Target> {
	mustBeAtHome(found, spoken);
	refuse(found.path, spoken);
	const process = findInterpreter(found, spoken, read);
	mustBeInside(found, process.interpreter);
	const {declared, findings} = await declare(spoken, process.interpreter, surroundings.env);
	const interpreter = interpreterOf(process.interpreter, process.linkage);
	return {
		id: identify(spoken, interpreter, process.interpreter),
		given: found.given,
		start,
		root: found.root,
		executable: spoken.executable,
		interpreter,
		python: pythonFacts(spoken),
		declared,
		libc: libcAmong(spoken.objects ?? [], read),
		exports: process.interpreter.functions,
		ctypes: spoken.ctypes,
		preload: found.through?.preload === 'dropped' ? 'dropped' : (spoken.preload ?? 'kept'),
		findings: [
			...found.notes,
			...foreignLibraries(found, spoken),
			...notes,
			...environmentFindings(surroundings.env),
			...linkageFindings({...process, declared}),
			...jitFindings(declared),
			...routeFindings(start.libc),
			...findings,
			...endingFindings(found.path, spoken),
			...preloadFindings(found, spoken),
		],
	};
}

function startOf(found: FoundTarget, read: ObjectReader, env: Surroundings['env']): Started {
	const {linkedTo: libc} = read(found.path);
	if (found.kind === 'interpreter') {
		return {start: {kind: 'interpreter', executable: found.path, libc, through: found.through}, notes: []};
	}
	const {folder, notes} = findHome(read(found.path), env, found.root);
	return {start: {kind: 'library', library: found.path, libc, home: folder, root: found.root}, notes};
}

/** An interpreter from a package whose standard library is not given takes the machine's, which is another build's. */
function mustBeAtHome({path, root}: FoundTarget, {stdlib, version}: Spoken): void {
	if (root === undefined || stdlib.startsWith(`${root.folder}/`)) return;
	throw complain({
		kind: 'no-standard-library',
		path,
		version: version.replace(/^(\d+\.\d+).*/, '$1'),
		tried: [root.folder],
	});
}

/** A program may name the folder in which its libpython is when it is installed: another build can be there. */
function mustBeInside({path, root}: FoundTarget, interpreter: PythonObject): void {
	if (root === undefined || interpreter.path.startsWith(`${root.folder}/`)) return;
	throw complain({kind: 'interpreter-elsewhere', path, interpreter: interpreter.path});
}

/** What the packages lack and this machine has. */
function foreignLibraries({root}: FoundTarget, {objects}: Spoken): Finding[] {
	if (root === undefined) return [];
	const foreign = (objects ?? []).filter(path => !path.startsWith(`${root.folder}/`) && isSystemLibrary(path));
	if (foreign.length === 0) return [];
	const message = `${foreign
		.map(path => basename(path))
		.sort()
		.join(
			', ',
		)} ${foreign.length === 1 ? 'is' : 'are'} this machine's: no package that is given has ${foreign.length === 1 ? 'it' : 'them'}.`;
	return [{kind: 'library-of-this-machine', message}];
}

/** Not the launcher, nor what is ours. */
function isSystemLibrary(path: string): boolean {
	return /\.so(\.|$)/.test(basename(path)) && !nativeFolders.some(folder => path.startsWith(`${folder}/`));
}

/** A process whose own /proc entries are closed to it runs with raised privileges, as much as one that says so. */
function refuse(path: string, {secure, objects, implementation}: Spoken): void {
	if (secure !== false || objects === null) throw complain({kind: 'secure', path});
	if (implementation !== 'cpython') throw complain({kind: 'not-cpython', path, implementation});
}

function interpreterOf({path, soname, buildId}: PythonObject, linkage: Interpreter['linkage']): Interpreter {
	return {path, soname, buildId, linkage};
}

function pythonFacts({implementation, version, abiflags, debug, freeThreaded}: Spoken): PythonFacts {
	return {implementation, version, abiflags, debug, freeThreaded};
}

/** The same build has the same id on every machine: nothing of its path is in it. */
function identify(
	{implementation, version, debug, freeThreaded}: Spoken,
	{linkage, buildId}: Interpreter,
	object: PythonObject,
): string {
	const marks = `${freeThreaded ? 't' : ''}${debug ? 'd' : ''}`;
	const content = buildId ?? createHash('sha256').update(object.elf.bytes.all).digest('hex');
	return `${implementation}-${version}${marks}-${linkage}-${content.slice(0, 8)}`;
}

function endingFindings(path: string, {ending}: Spoken): Finding[] {
	return ending === null ? [] : [{kind: 'unclean-exit', message: `${path} said what it is, and then ${ending}.`}];
}

function preloadFindings({path, given, through}: FoundTarget, {preload}: Spoken): Finding[] {
	if (through?.preload === 'dropped') {
		const message = `${given} takes LD_PRELOAD away on the way to ${path}: no override runs in what it starts.`;
		return [{kind: 'preload-dropped', message}];
	}
	if (preload === 'dropped') {
		const message = `${path} was started with LD_PRELOAD and runs without: it has started itself anew, and no override runs in it.`;
		return [{kind: 'preload-dropped', message}];
	}
	if (preload !== null) return [];
	return [{kind: 'preload-refused', message: `${path} does not start where anything is preloaded.`}];
}
