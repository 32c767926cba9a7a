/** This file makes a copy of the project, in which one file at a time is broken, built, tested and mended. */

import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Mutant} from './mutant.js';

export interface Copy {
	/** `killed` where a test notices, `refused` where the compiler does; `undecided` where the tests did not end in their time. */
	mutated(mutant: Mutant): 'killed' | 'refused' | 'survived' | 'undecided';
	/** Test files, from the root. */
	test(files: readonly string[]): 'passed' | 'failed' | 'undecided';
	/** Whether it compiles as it is. */
	builds(): boolean;
	/** What the last command printed. */
	said(): string;
}

export async function withCopy<T>(root: string, work: (copy: Copy) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-mutants-'));
	// Some tests run it as another user.
	chmodSync(folder, 0o755);
	try {
		const files = execFileSync('git', ['ls-files', '-z'], {cwd: root, encoding: 'utf8'}).split('\0').filter(Boolean);
		for (const path of [...files, 'build', 'dist']) cpSync(join(root, path), join(folder, path), {recursive: true});
		symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
		const copy = copyIn(folder);
		if (!copy.builds()) throw new Error(`Without any mutant the copy does not build:\n${copy.said()}`);
		return await work(copy);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function copyIn(folder: string): Copy {
	let said = '';
	let isTimedOut = false;
	let isNativeStale = false;
	const run = (command: string, words: readonly string[]): boolean => {
		const {status, stdout, stderr, error} = spawnSync(command, words, {
			cwd: folder,
			encoding: 'utf8',
			// What a run keeps must not outlive the mutant that computed it.
			env: {...process.env, XDG_CACHE_HOME: join(folder, 'cache'), CI: ''},
			timeout: 600_000,
			maxBuffer: 1 << 28,
		});
		said = stdout + stderr;
		// AVA's own limit, or ours.
		isTimedOut = error !== undefined || said.includes('Timed out while running tests');
		return status === 0;
	};
	// What the last mutant left is mended by the next build.
	const built = (file: string) => {
		const native = isNative(file) || isNativeStale;
		isNativeStale = isNative(file);
		return (!native || run('npx', ['node-gyp', 'build', '--silent'])) && run('npx', ['tsc', ...lenient]);
	};
	const test = (files: readonly string[]) => {
		if (run('npx', ['ava', ...files.map(file => `dist/${file.replace(/ts$/, 'js')}`)])) return 'passed';
		return isTimedOut ? 'undecided' : 'failed';
	};
	return {
		test,
		builds: () => run('npx', ['node-gyp', 'build', '--silent']) && run('npx', ['tsc']),
		said: () => said,
		mutated({file, find, replace, tests}) {
			const path = join(folder, file);
			const good = readFileSync(path, 'utf8');
			writeFileSync(
				path,
				good.replace(find, () => replace),
			);
			rmSync(join(folder, 'cache'), {recursive: true, force: true});
			const outcome = built(file) ? test(tests) : 'refused';
			writeFileSync(path, good);
			return named[outcome];
		},
	};
}

/** That a mutant leaves something unused is no reason to refuse it. */
const lenient = [
	...['--noUnusedLocals', 'false', '--noUnusedParameters', 'false'],
	...['--allowUnreachableCode', 'true', '--noImplicitReturns', 'false'],
];

const named = {passed: 'survived', failed: 'killed', refused: 'refused', undecided: 'undecided'} as const;

function isNative(file: string): boolean {
	return file.startsWith('native/');
}
