/** This file gives a test a folder of its own: removed when the test passes, kept and named when it fails. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';

export function scratch(t: ExecutionContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	t.teardown(() => {
		if (t.passed) rmSync(folder, {recursive: true, force: true});
		else t.log(`kept: ${folder}`);
	});
	return folder;
}
