/** This file says whether programs that run on musl can be made here, and run, and tested. */

import {nativeFolders} from '../../src/native.js';
import {libcOf} from '../../src/object/libc.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {file, given, program} from './needs.js';

export const muslLoader = `/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`;

const isBuilt = nativeFolders.some(folder => libcOf(readObjectFile(`${folder}/reader.so`).elf) === 'musl');

/** What a test of musl lacks. */
export const musl = program('musl-gcc') ?? file(muslLoader) ?? given(isBuilt, 'a native part that was built for musl');
