/** This file has a Python compile the probes once, and keeps what it made: to compile takes longer than Python takes to start. */

import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {openStore} from '../../cache/store.js';
import type {TargetLaunch} from '../../model/target.js';
import {runChild} from '../../process/child.js';
import {succeeded} from '../../process/ending.js';
import {cannotBeWritten} from '../../process/file-errors.js';
import type {Environment} from '../../process/temporary.js';
import {probeSources} from '../catalog.js';
import {contentDigest} from '../static.js';

export const compiler = fileURLToPath(new URL('../../../../probes/start/compile.py', import.meta.url));

export interface CompiledRequest {
	readonly launch: TargetLaunch;
	/** The ELF file that holds the interpreter: another one makes other code. */
	readonly interpreter: string;
	/** Tells where it is kept. */
	readonly env: Environment;
	/** A temporary folder, for the copy that the runs read. */
	readonly folder: string;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

/**
 * Where it is; null where this Python does not compile them, whatever is wrong: each run tells for itself. Errors: SuiteError where the
 * folder cannot be written.
 */
export async function compiledProbes({interpreter, env, folder, ...request}: CompiledRequest): Promise<string | null> {
	const path = join(folder, 'probes.compiled');
	const store = openStore(env, 'probes');
	const key = keyOf(contentDigest(interpreter, env));
	const kept = store.get(key);
	if (kept !== undefined) {
		write(path, kept);
		return path;
	}
	const made = await compile(path, request);
	if (made === null) return null;
	store.set(key, made);
	return path;
}

function write(path: string, bytes: Buffer): void {
	try {
		writeFileSync(path, bytes, {mode: 0o600});
	} catch (cause) {
		throw cannotBeWritten(path, cause);
	}
}

async function compile(
	path: string,
	{launch, timeoutSeconds, signal}: Omit<CompiledRequest, 'interpreter' | 'env' | 'folder'>,
): Promise<Buffer | null> {
	const {exit} = await runChild({
		file: launch.file,
		argv: [...launch.argv, '-S', '-B', '-s', compiler, path],
		env: launch.env,
		timeoutSeconds,
		signal,
	});
	// A wrapper may end well without it.
	return succeeded(exit) ? bytesAt(path) : null;
}

function bytesAt(path: string): Buffer | null {
	try {
		return readFileSync(path);
	} catch {
		return null;
	}
}

function keyOf(interpreter: string): string {
	const hash = createHash('sha256').update(interpreter);
	for (const {name, text} of probeSources()) hash.update(`${name} ${text.length} ${text}`);
	return hash.digest('hex');
}
