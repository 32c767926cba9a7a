/** This file tells how large an ELF object is where it counts: what the loader maps, without debug information. */

import {readObjectFile} from '../object/object-file.js';

export function loadedSize(path: string): number {
	const {segments} = readObjectFile(path).elf;
	return segments.filter(({type}) => type === 'load').reduce((total, {fileSize}) => total + fileSize, 0);
}
