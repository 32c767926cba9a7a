/** This file gives a test a folder to make files in: removed when the test passes, kept and named when it fails. */

import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';

export interface Workshop {
	readonly folder: string;
	/** Each gives back the whole path. */
	file(name: string, content: string | Uint8Array, mode?: number): string;
	link(name: string, to: string): string;
	/** Errors: the compiler's own words. */
	compile(name: string, source: string, flags?: readonly string[], compiler?: string): string;
}

export function workshop(t: ExecutionContext): Workshop {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	t.teardown(() => {
		if (t.passed) rmSync(folder, {recursive: true, force: true});
		else t.log(`The files of this test are in ${folder}`);
	});
	const path = (name: string) => {
		const whole = join(folder, name);
		mkdirSync(dirname(whole), {recursive: true});
		return whole;
	};
	return {
		folder,
		file(name, content, mode = 0o644) {
			writeFileSync(path(name), content, {mode});
			return join(folder, name);
		},
		link(name, to) {
			symlinkSync(to, path(name));
			return join(folder, name);
		},
		compile(name, source, flags = [], compiler = 'cc') {
			execFileSync(compiler, ['-x', 'c', '-', '-x', 'none', ...flags, '-o', path(name)], {
				input: source,
				stdio: ['pipe', 'ignore', 'inherit'],
			});
			return join(folder, name);
		},
	};
}
