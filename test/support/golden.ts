/** This file compares text with a file kept under test/golden, which reviewers can read and other programs can open. */

import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
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

/** A page without its style and script, which are kept once each: `style.css` and `script.js`, in the same folder. */
export function goldenPage(t: ExecutionContext, name: string, page: string): void {
	const inner = {style: 'style.css', script: 'script.js'};
	const digests: (readonly [string, string])[] = [];
	const short = page.replace(/<(style|script)>(.*?)<\/\1>/gs, (_, tag: keyof typeof inner, text: string) => {
		golden(t, join(dirname(name), inner[tag]), text);
		digests.push([createHash('sha256').update(text).digest('base64'), inner[tag]]);
		return `<${tag}>${inner[tag]}</${tag}>`;
	});
	golden(
		t,
		name,
		digests.reduce((text, [digest, words]) => text.replaceAll(digest, words), short),
	);
}

/** Where a kept file lies, seen from the compiled test. */
function goldenPath(name: string): string {
	return fileURLToPath(new URL(`../../../test/golden/${name}`, import.meta.url));
}
