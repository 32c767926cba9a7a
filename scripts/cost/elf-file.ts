/** This file tells an ELF object by its first bytes. */

import {closeSync, openSync, readSync} from 'node:fs';

export function isElfFile(path: string): boolean {
	const file = openSync(path, 'r');
	try {
		const head = Buffer.alloc(4);
		readSync(file, head, 0, 4, 0);
		return head.toString('latin1') === '\x7fELF';
	} finally {
		closeSync(file);
	}
}
