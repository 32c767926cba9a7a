/** This file says which build of the native part goes into a program: there is one for each C library. */

import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {readHeader} from '../elf/header.js';
import {readSections} from '../elf/sections.js';
import {TargetError} from '../errors.js';
import type {Libc} from '../model/target.js';
import {nativeFile, nativeFolder, nativeFolders} from '../native.js';
import {libcOf} from './libc.js';
import {readObjectFile} from './object-file.js';

/** The folder of the build for a libc. `program` is named in messages. Errors: TargetError where there is none, or one of other sources; SuiteError where nothing is built at all. */
export function nativePartFor(libc: Libc, program: string): string {
	nativeFile(reader);
	const folder = nativeFolders.find(folder => libcOf(readObjectFile(nativeFile(reader, folder)).elf) === libc);
	if (folder === undefined) {
		throw new TargetError(`pyinterpose was not built for ${libc}, which ${program} runs on.`, {hint: hints[libc]});
	}
	if (folder !== nativeFolder && tablesIn(folder) !== tablesIn(nativeFolder)) {
		throw new TargetError(`What pyinterpose has built for ${libc}, which ${program} runs on, is of another version.`, {
			hint: hints[libc],
		});
	}
	return folder;
}

const hints = {
	glibc: 'Test it on a machine that runs on glibc.',
	// A distribution's package has no sources of the native part.
	musl: existsSync(fileURLToPath(new URL('../../../native/musl.cjs', import.meta.url)))
		? "Install musl-tools and rebuild: run 'node native/musl.cjs' in the package's folder."
		: "Take pyinterpose from npm, a bundle or a clone: there, with musl-tools installed, 'node native/musl.cjs' builds it.",
} as const satisfies Record<Libc, string>;

/** It is in every build. */
const reader = 'reader.so';

/** What a build carries of its layout: rows, numbers and reasons (native/reader.c). We read one build's ledger by the tables of another. */
function tablesIn(folder: string): string {
	const {bytes, header} = readHeader(readObjectFile(nativeFile(reader, folder)).bytes);
	return readSections(bytes, header)
		.filter(({name}) => name.startsWith('.pyinterpose.'))
		.map(({name, offset, size}) => `${name} ${Buffer.from(bytes.slice(offset, size, name)).toString('latin1')}`)
		.sort()
		.join('\n');
}
