/** This file says where the native part lies: what runs inside targets, and its reader. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {SuiteError} from './errors.js';

/**
 * Where a build of it may be, ours first: where node-gyp leaves it; in a package or a bundle, what was compiled beforehand for this CPU
 * (packaging/prebuild); then the same for the other libc (native/musl.cjs).
 */
const places = [
	'build/Release',
	`prebuilds/linux-${process.arch}`,
	'build/musl/build/Release',
	`prebuilds/linux-${process.arch}-musl`,
].map(place => fileURLToPath(new URL(`../../${place}`, import.meta.url)));

/** The folders that hold a build of it, for one libc or another. */
export const nativeFolders: readonly string[] = places.filter(folder => existsSync(join(folder, 'reader.so')));

/** The build that goes with our own process. */
export const nativeFolder = places.slice(0, 2).find(folder => nativeFolders.includes(folder)) ?? (places[0] as string);

/** A file of the native part, by its name. Errors: SuiteError where it is not there, or may not be reached. */
export function nativeFile(name: string, folder = nativeFolder): string {
	const path = join(folder, name);
	if (existsSync(path)) return path;
	throw new SuiteError(`The native part is not built: ${path} is missing.`, {
		hint: "Run 'npx node-gyp rebuild' in the package's folder.",
	});
}
