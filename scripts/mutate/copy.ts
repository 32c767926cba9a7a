/** This file makes a copy of the project, in which one file at a time is broken, built, tested and mended. */

import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Mutant} from './mutant.js';

export interface Copy {
	/** `killed` where a test or the compiler's type check notices. */
	mutated(mutant: Mutant): 'killed' | 'survived';
	/** Test files, from the root. */
	test(files: readonly string[]): 'passed' | 'failed';
	/** What the last command printed. */
	said(): string;
}

export async function withCopy<T>(root: string, work: (copy: Copy) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-mutants-'));
	try {
		const files = execFileSync('git', ['ls-files', '-z'], {cwd: root, encoding: 'utf8'}).split('\0').filter(Boolean);
		for (const path of [...files, 'build', 'dist']) cpSync(join(root, path), join(folder, path), {recursive: true});
		symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
		return await work(copyIn(folder));
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function copyIn(folder: string): Copy {
	let said = '';
	const run = (command: string, words: readonly string[]): boolean => {
		const {status, stdout, stderr} = spawnSync(command, words, {
			cwd: folder,
			encoding: 'utf8',
			// What a run keeps must not outlive the mutant that computed it.
			env: {...process.env, XDG_CACHE_HOME: join(folder, 'cache'), CI: ''},
			timeout: 300_000,
			maxBuffer: 1 << 28,
		});
		said = stdout + stderr;
		return status === 0;
	};
	const built = (file: string) =>
		(!isNative(file) || run('npx', ['node-gyp', 'build', '--silent'])) && run('npx', ['tsc']);
	const test = (files: readonly string[]) =>
		run('npx', ['ava', ...files.map(file => `dist/${file.replace(/ts$/, 'js')}`)]) ? 'passed' : 'failed';
	return {
		test,
		said: () => said,
		mutated({file, find, replace, tests}) {
			const path = join(folder, file);
			const good = readFileSync(path, 'utf8');
			writeFileSync(
				path,
				good.replace(find, () => replace),
			);
			rmSync(join(folder, 'cache'), {recursive: true, force: true});
			const survives = built(file) && test(tests) === 'passed';
			writeFileSync(path, good);
			if (!built(file)) throw new Error(`The copy does not build any more:\n${said}`);
			return survives ? 'survived' : 'killed';
		},
	};
}

function isNative(file: string): boolean {
	return file.startsWith('native/');
}
