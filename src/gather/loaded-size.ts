/** This file tells how large an ELF object is where it counts: what the loader maps, without debug information. */

import {readElf} from '../elf/elf.js';
import {readObjectFile} from './object-file.js';

export function loadedSize(path: string): number {
	const {segments} = readElf(readObjectFile(path).bytes);
	return segments.filter(({type}) => type === 'load').reduce((total, {fileSize}) => total + fileSize, 0);
}
