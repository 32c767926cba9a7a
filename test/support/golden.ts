/** This file compares text with a file kept under test/golden, which reviewers can read and other programs can open. */

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';

/** With UPDATE_GOLDEN set the file is written anew; look at the difference before committing it. */
export function golden(t: ExecutionContext, name: string, text: string): void {
	const path = goldenPath(name);
	if ((process.env.UPDATE_GOLDEN ?? '') !== '') {
		mkdirSync(dirname(path), {recursive: true});
		writeFileSync(path, text);
	}
	t.is(text, readFileSync(path, 'utf8'), `differs from test/golden/${name}; UPDATE_GOLDEN=1 writes it anew`);
}

/** Where a kept file lies, seen from the compiled test. */
export function goldenPath(name: string): string {
	return fileURLToPath(new URL(`../../../test/golden/${name}`, import.meta.url));
}
