/** This file makes the bundle that is packaged, once for all the tests that need it, of which several may run at a time. */

import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {root} from './packaging.js';

/** What is native is compiled beforehand for this CPU, where it is not, or its sources are newer. */
export function compiledBeforehand(t: ExecutionContext): void {
	t.timeout(600_000);
	locked(t, isCompiled() ? ['true'] : ['packaging/prebuild', process.arch], {});
}

/** Writes a bundle into the folder `out`, and gives its path. */
export function bundle(t: ExecutionContext, out: string, options: readonly string[] = [], env = {}): string {
	return locked(t, ['packaging/bundle', ...options, out], {SOURCE_DATE_EPOCH: '1000000000', ...env}).trim();
}

const compiled = join(root, `prebuilds/linux-${process.arch}/SHA256SUMS`);

function isCompiled(): boolean {
	if (!existsSync(compiled)) return false;
	const {mtimeMs} = statSync(compiled);
	const sources = [
		'native',
		'native/prebuild',
		'native/entries',
		'native/sweep',
		'native/audit',
		'native/mechanisms',
		'.',
	];
	const files = sources.flatMap(folder => readdirSync(join(root, folder)).map(name => join(root, folder, name)));
	return [...files.filter(file => /\.([chS]|def|gyp|h|cjs)$/.test(file)), join(root, 'packaging/prebuild')].every(
		file => statSync(file).mtimeMs < mtimeMs,
	);
}

/** While one test compiles or packs, another waits: both work in the clone. */
function locked(t: ExecutionContext, command: readonly string[], env: Readonly<Record<string, string>>): string {
	mkdirSync(join(root, 'build'), {recursive: true});
	const {status, stdout, stderr} = spawnSync('flock', [join(root, 'build/bundle.lock'), ...command], {
		cwd: root,
		encoding: 'utf8',
		env: {...process.env, ...env},
	});
	t.is(status, 0, stderr);
	return stdout;
}
