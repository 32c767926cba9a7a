/** This file says how a target is started, as a program of its own or through our launcher. */

import {createHash} from 'node:crypto';
import {mkdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {nativeFile} from '../native.js';
import {nativePartFor} from '../object/native-part.js';
import {type Environment, withTemporaryFolder} from '../process/temporary.js';
import type {Launcher} from './surroundings.js';

/** Calls `work` with a way to start every kind of target. */
export async function withLauncher<T>(env: Environment, work: (launch: Launcher) => Promise<T>): Promise<T> {
	return withTemporaryFolder(env, 'links', folder => work(launcher({folder, env})));
}

export interface LauncherOptions {
	/** A temporary folder, for the links under which the launcher finds the libraries. */
	readonly folder: string;
	readonly env: Environment;
}

/** The name that the launcher is linked to. */
const libraryName = 'pyinterpose-target.so';

function launcher({folder, env}: LauncherOptions): Launcher {
	return start => {
		switch (start.kind) {
			case 'interpreter': {
				const {executable, libc, through} = start;
				const native = nativePartFor(libc, executable);
				return {file: executable, argv: through?.argv ?? [], env: through?.env ?? {}, native};
			}
			case 'library': {
				const native = nativePartFor(start.libc, start.library);
				const inherited = env.LD_LIBRARY_PATH ?? '';
				const folders = [linkTo(start.library, folder), ...(inherited === '' ? [] : [inherited])];
				return {
					file: nativeFile('launcher', native),
					argv: [],
					env: {PYTHONHOME: start.home, LD_LIBRARY_PATH: folders.join(':')},
					native,
				};
			}
		}
	};
}

function linkTo(library: string, folder: string): string {
	const own = join(folder, createHash('sha256').update(library).digest('hex').slice(0, 16));
	// Made by the first start of this library, and there for the next.
	if (mkdirSync(own, {recursive: true}) !== undefined) symlinkSync(library, join(own, libraryName));
	return own;
}
