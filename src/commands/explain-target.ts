/** This file finds the file that `explain` looks into, and for a Python also counts what runs. */

import {closeSync, constants, openSync, readSync, realpathSync} from 'node:fs';
import {SuiteError, TargetError} from '../errors.js';
import {readHooks} from '../gather/hooks.js';
import type {Route} from '../model/claim.js';
import type {CountedTarget} from '../model/explanation.js';
import {reportedClaims} from '../model/reported-claims.js';
import {complain} from '../target/complaints.js';
import {isInterpreter, neededLibpythons, objectReader} from '../target/objects.js';
import {isPackage} from '../target/packages.js';
import type {Io} from './command.js';
import {progressLine} from './progress.js';

export interface Located {
	readonly file: string;
	/** Null where nothing was started, or no override of the symbol exists that could count. */
	readonly counted: CountedTarget | null;
	/** Null where the symbol is in no family of the catalog. */
	readonly family: string | null;
	/** What to tell on standard error. */
	readonly notes: readonly string[];
}

export interface LocateOptions extends Io {
	readonly timeoutSeconds: number;
}

/** Errors: SuiteError for what is neither an ELF file nor a Python. */
export async function locate(symbol: string, given: string, options: LocateOptions): Promise<Located> {
	const family = readHooks().get(symbol)?.family ?? null;
	// A check of it would end before anything is disassembled.
	if (isPackage(given)) throw complain({kind: 'package', path: given});
	const elf = isElf(given) ? realpathSync(given) : null;
	if (elf !== null && !isPython(elf)) return {file: elf, counted: null, family, notes: []};
	try {
		return {...(await (family === null ? find(given, options) : count(symbol, given, options))), family};
	} catch (error) {
		// Its ELF file can be read all the same.
		if (elf === null || !(error instanceof TargetError)) throw error;
		return {file: elf, counted: null, family, notes: [error.message]};
	}
}

function isElf(path: string): boolean {
	try {
		const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const head = Buffer.alloc(4);
			return readSync(file, head, 0, 4, 0) === 4 && head.toString('latin1') === '\u007fELF';
		} finally {
			closeSync(file);
		}
	} catch {
		// What is wrong with it is told where it is looked for as a target.
		return false;
	}
}

/** False for a damaged file too: what is wrong with it is told where it is read. */
function isPython(path: string): boolean {
	try {
		const object = objectReader()(path);
		return isInterpreter(object) || (object.startsItself && neededLibpythons(object).length > 0);
	} catch (error) {
		if (error instanceof TargetError) return false;
		throw error;
	}
}

type Found = Omit<Located, 'family'>;

async function count(symbol: string, given: string, options: LocateOptions): Promise<Found> {
	const {checkTargets} = await import('../pipeline.js');
	const progress = progressLine(options.stderr);
	try {
		const {targets, failures} = await checkTargets({
			wanted: {kind: 'named', names: [given]},
			selection: {symbols: [symbol], routes: []},
			timeoutSeconds: options.timeoutSeconds,
			sweep: true,
			jobs: 1,
			env: options.env,
			signal: options.signal,
			progress: progress.show,
		});
		const target = targets[0];
		if (target === undefined) throw new TargetError(failures[0]?.message ?? `${given} could not be tested.`);
		return {file: target.interpreter.path, counted: {target: target.id, claims: reportedClaims(target)}, notes: []};
	} finally {
		progress.clear();
	}
}

async function find(given: string, {env, signal, timeoutSeconds}: LocateOptions): Promise<Found> {
	const {withLauncher} = await import('../target/launch.js');
	const {gatherTargets} = await import('../target/targets.js');
	const {targets, failures} = await withLauncher(env, launch =>
		gatherTargets({kind: 'named', names: [given]}, launch, {env, signal, timeoutSeconds}),
	);
	const target = targets[0];
	if (target === undefined) throw new TargetError(failures[0]?.message ?? `${given} could not be started.`);
	return {file: target.interpreter.path, counted: null, notes: []};
}

/** On which `check` counts calls of it in one kind of target or another. Errors: SuiteError where the native part is missing. */
export async function routesOf(symbol: string): Promise<readonly Route[]> {
	const {readCatalog} = await import('../gather/catalog.js');
	const {claimsOf} = await import('../catalog/claims.js');
	const claims = claimsOf(readCatalog(), {kind: 'library', linkage: 'shared', libc: 'glibc'});
	const routes = claims.filter(claim => claim.symbol === symbol).map(({route}) => route);
	if (routes.length === 0) throw new SuiteError(`No route of ${symbol} is counted.`);
	return [...new Set(routes)];
}
