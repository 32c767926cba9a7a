/** This file says how a target is started, as a program of its own or through our launcher. */

import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Root} from '../model/target.js';
import {nativeFile} from '../native.js';
import {nativePartFor} from '../object/native-part.js';
import {type Environment, withTemporaryFolder} from '../process/temporary.js';
import {startedBy} from './own-loader.js';
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
				const folders = [linkTo(start.library, folder), ...librariesFor(start.root, env)];
				return {
					file: launcherFor(start.root, nativeFile('launcher', native)),
					argv: [],
					env: {PYTHONHOME: start.home, LD_LIBRARY_PATH: folders.join(':')},
					native,
				};
			}
		}
	};
}

/** Where else its libraries are looked for. What has a libc of its own takes none that belong to another. */
export function librariesFor(root: Root | undefined, env: Environment): readonly string[] {
	const inherited = env.LD_LIBRARY_PATH ?? '';
	return [...(root?.libraries ?? []), ...(inherited === '' || (root?.loader ?? null) !== null ? [] : [inherited])];
}

/** Where the launcher for a root with a loader of its own lies: beside it. */
export function ownLauncher({folder}: Root): string {
	return `${folder}-launcher`;
}

/** With the root's own loader, where it has one: made by the first start in this root, and there for the next. */
function launcherFor(root: Root | undefined, built: string): string {
	if (root === undefined || root.loader === null) return built;
	const own = ownLauncher(root);
	if (!existsSync(own)) writeFileSync(own, startedBy(readFileSync(built), root.loader), {mode: 0o700});
	return own;
}

function linkTo(library: string, folder: string): string {
	const own = join(folder, createHash('sha256').update(library).digest('hex').slice(0, 16));
	// Made by the first start of this library, and there for the next.
	if (mkdirSync(own, {recursive: true}) !== undefined) symlinkSync(library, join(own, libraryName));
	return own;
}
