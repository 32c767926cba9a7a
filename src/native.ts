/** This file says where the native part lies: what runs inside targets, and its reader. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {SuiteError} from './errors.js';

const built = fileURLToPath(new URL('../../build/Release', import.meta.url));
const prebuilt = fileURLToPath(new URL(`../../prebuilds/linux-${process.arch}`, import.meta.url));

/** Where node-gyp leaves it; else, in a package or a bundle, what was compiled beforehand for this CPU (packaging/prebuild). */
export const nativeFolder = [built, prebuilt].find(folder => existsSync(join(folder, 'reader.so'))) ?? built;

/** A file of the native part, by its name. Errors: SuiteError where it is not there, or may not be reached. */
export function nativeFile(name: string): string {
	const path = join(nativeFolder, name);
	if (existsSync(path)) return path;
	throw new SuiteError(`The native part is not built: ${path} is missing.`, {
		hint: "Run 'npx node-gyp rebuild' in the package's folder.",
	});
}
