/** This file makes the bundle that is packaged, once for all the tests that need it, of which several may run at a time. */

import {spawnSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {musl} from './musl.js';
import {root} from './packaging.js';

/** What is native is compiled beforehand for this CPU, where it is not, or its sources are newer: asked once the lock is held. */
export async function compiledBeforehand(t: ExecutionContext): Promise<void> {
	t.timeout(600_000);
	// AVA hears of the longer limit only where this process gives way before it waits.
	await setImmediate();
	const folders = [`linux-${process.arch}`, ...(musl === null ? [`linux-${process.arch}-musl`] : [])];
	const upToDate = folders.map(name => {
		const sums = `prebuilds/${name}/SHA256SUMS`;
		const newer = `find native binding.gyp packaging/prebuild -type f -newer ${sums} -print -quit`;
		return `[ -e ${sums} ] && [ -z "$(${newer})" ]`;
	});
	locked(t, ['sh', '-c', `${upToDate.join(' && ')} || exec packaging/prebuild ${process.arch}`], {});
}

/** Writes a bundle into the folder `out`, and gives its path. */
export function bundle(t: ExecutionContext, out: string, options: readonly string[] = [], env = {}): string {
	return locked(t, ['packaging/bundle', ...options, out], {SOURCE_DATE_EPOCH: '1000000000', ...env}).trim();
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
