/** This file says where the native part lies: what runs inside targets, and its reader. */

import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** Where node-gyp leaves it; else, in a package or a bundle, what was compiled beforehand for this CPU (packaging/prebuild). */
export const nativeFolder = [
	fileURLToPath(new URL('../../build/Release', import.meta.url)),
	fileURLToPath(new URL(`../../prebuilds/linux-${process.arch}`, import.meta.url)),
].find((folder, index, all) => existsSync(`${folder}/reader.so`) || index === all.length - 1) as string;
