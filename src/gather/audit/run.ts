/** This file starts the audited program: with the libraries as the loader tells of it, and with the libraries watched. */

import {readdirSync, readlinkSync} from 'node:fs';
import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {nativeFolder} from '../../ledger/native.js';
import {type ChildResult, runChild} from '../../process/child.js';
import {endingInWords} from '../../process/ending.js';
import {identity} from '../../process/file-identity.js';
import {type Environment, withPreloadableFolder} from '../../process/temporary.js';
import {type Bindings, debugEnvironment, type ProgramId, readBindings} from './bindings.js';
import {type AuditLedger, createAuditLedger, readAuditLedger} from './ledger.js';
import {real} from './object.js';

/** A program, and how it is started with the libraries. */
export interface AuditProgram {
	readonly file: string;
	readonly argv: readonly string[];
	/** All of it; the preloading apart. */
	readonly env: Readonly<Record<string, string>>;
	/** What makes the libraries be preloaded: LD_PRELOAD, or nothing where the program's own words do it. */
	readonly preloading: Readonly<Record<string, string>>;
	/** The ELF file of the process meant. */
	readonly executable: string;
	/** Whether that process is not the one that is started, but comes of it. */
	readonly wrapped: boolean;
	readonly cwd?: string | undefined;
	/** How it can be watched, where that is known already. */
	readonly watching?: Watching | null;
}

export interface RunOptions {
	readonly env: Environment;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

export interface LoaderRun {
	readonly result: ChildResult;
	readonly bindings: Bindings | null;
	/** How many more processes ran the same program, as far as that is known. */
	readonly others: number;
}

export async function runTold(program: AuditProgram, folder: string, options: RunOptions): Promise<LoaderRun> {
	if (program.wrapped) {
		const {result} = await runRecorded(program, folder, options);
		const meant = recordsIn(folder).filter(one => real(executableOf(folder, one)) === program.executable);
		const [id] = meant;
		const others = new Set(meant.map(({process}) => process)).size - 1;
		return {result, bindings: id === undefined ? null : readBindings(join(folder, 'told'), id), others};
	}
	const told = join(folder, 'told');
	await mkdir(told);
	const result = await start(program, debugEnvironment(told), options);
	return {result, bindings: readBindings(told, null), others: 0};
}

export interface Recorded {
	readonly result: ChildResult;
	/** The way that let the program be; null where none did. */
	readonly watching: Watching | null;
}

/** In the order in which they are tried. */
export function waysToWatch({watching}: Pick<AuditProgram, 'watching'>): readonly Watching[] {
	return watching === 'preloaded' ? ['preloaded'] : ['audit-module', 'preloaded'];
}

/**
 * The same, and what programs it starts: what watches tells of each and then leaves it alone. Where the program ends otherwise
 * under an audit module, it is preloaded.
 */
export async function runRecorded(
	program: Omit<AuditProgram, 'executable' | 'wrapped'>,
	folder: string,
	options: RunOptions,
): Promise<Recorded> {
	const [records, told] = [join(folder, 'processes'), join(folder, 'told')];
	const plain = await start(program, {}, options);
	return withPreloadableFolder(options.env, nativeFolder, async native => {
		for (const watching of waysToWatch(program)) {
			const added = watching === 'preloaded' ? preloadedLast(native, program) : auditModule(native, program.env);
			await Promise.all([records, told].map(path => rm(path, {recursive: true, force: true})));
			await Promise.all([mkdir(records), mkdir(told)]);
			const env = {...debugEnvironment(told), ...added, PYINTERPOSE_AUDIT_PROCESSES: records};
			const result = await start(program, env, options);
			if (endingInWords(result.exit) === endingInWords(plain.exit)) return {result, watching};
		}
		return {result: plain, watching: null};
	});
}

/** Processes in turn, and the programs of each in turn. */
export function recordsIn(folder: string): readonly ProgramId[] {
	return readdirSync(join(folder, 'processes'))
		.map(name => name.split('.').map(Number))
		.map(([process = 0, program = 0]) => ({process, program}))
		.sort((one, other) => one.process - other.process || one.program - other.program);
}

export function recordOf(folder: string, {process, program}: ProgramId): string {
	return join(folder, 'processes', `${process}.${program}`);
}

export function executableOf(folder: string, id: ProgramId): string {
	return real(readlinkSync(join(recordOf(folder, id), 'exe')));
}

export interface WatchedRun {
	readonly result: ChildResult;
	readonly ledger: AuditLedger;
}

/**
 * How the watching gets into the process. An audit module changes the order of nothing; under one, though, the loader's dlsym
 * allocates, and an allocator that uses it may call itself for ever. Then the watching is preloaded, behind the libraries.
 */
export type Watching = 'audit-module' | 'preloaded';

/** The folder holds the blobs. */
export async function runWatched(
	program: AuditProgram,
	folder: string,
	watching: Watching,
	options: RunOptions,
): Promise<WatchedRun> {
	const ledger = join(folder, 'audit.ledger');
	await rm(ledger, {force: true});
	createAuditLedger(ledger);
	return withPreloadableFolder(options.env, nativeFolder, async native => {
		const added = {
			...(watching === 'preloaded' ? preloadedLast(native, program) : auditModule(native, program.env)),
			PYINTERPOSE_AUDIT: folder,
			PYINTERPOSE_AUDIT_PROGRAM: identity(program.executable),
		};
		const result = await start(program, added, options);
		return {result, ledger: readAuditLedger(ledger)};
	});
}

function preloadedLast(
	native: string,
	{preloading, env}: Pick<AuditProgram, 'preloading' | 'env'>,
): Record<string, string> {
	const own = preloading.LD_PRELOAD ?? env.LD_PRELOAD ?? '';
	return {LD_PRELOAD: `${own}${own === '' ? '' : ':'}${join(native, 'audit.so')}`, PYINTERPOSE_AUDIT_PRELOADED: '1'};
}

/**
 * With an audit module the loader lays out thread-local storage before it loads what is preloaded, and finds no room for an
 * allocator's unless some is kept.
 */
export function auditModule(native: string, env: Environment): Record<string, string> {
	const own = env.GLIBC_TUNABLES ?? '';
	return {
		LD_AUDIT: join(native, 'audit.so'),
		GLIBC_TUNABLES: `${own}${own === '' ? '' : ':'}glibc.rtld.optional_static_tls=65536`,
	};
}

/** As a program of its own, bare of libraries. */
export function runBare(program: AuditProgram, options: RunOptions): Promise<ChildResult> {
	return start({...program, preloading: {}}, {}, options);
}

/** With the libraries, and nothing else. */
export function runLoaded(program: AuditProgram, options: RunOptions): Promise<ChildResult> {
	return start(program, {}, options);
}

function start(
	{file, argv, env, preloading, cwd}: Omit<AuditProgram, 'executable' | 'wrapped'>,
	added: Readonly<Record<string, string>>,
	{timeoutSeconds, signal}: RunOptions,
): Promise<ChildResult> {
	return runChild({file, argv, env: {...env, ...preloading, ...added}, timeoutSeconds, signal, cwd});
}
