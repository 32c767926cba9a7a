/** This file holds the command as one file, which is what users start, to the command as its modules. */

import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {cliPath, folder} from '../support/cli.js';
import {python} from '../support/python.js';

const start = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));
const joined = fileURLToPath(new URL('../../pyinterpose.cjs', import.meta.url));

/** `tsc` alone, while somebody works on it, does not join the modules. */
const made = existsSync(joined) ? test : test.skip;

made('the one file and the modules write the same report', t => {
	const env = {...process.env, XDG_CACHE_HOME: folder(t)};
	const run = (file: string) =>
		spawnSync(process.execPath, [file, 'check', '--json', python], {env, encoding: 'utf8', maxBuffer: 1 << 28});
	const [one, other] = [run(start), run(cliPath)];
	t.is(one.status, 0, one.stderr);
	t.is(one.stdout, other.stdout);
	t.is(run(start).stdout, one.stdout, 'from what was kept');
});

made('the one file finds each page and each folder that its modules find', t => {
	const run = (file: string, ...words: readonly string[]) => {
		const {status, stdout, stderr} = spawnSync(process.execPath, [file, ...words], {encoding: 'utf8'});
		return {status, stdout, stderr};
	};
	for (const words of [
		['--version'],
		['--help'],
		['explain', 'bypassed'],
		['help', 'hunt'],
		['man'],
		['check', '--nonsense'],
	]) {
		t.deepEqual(run(start, ...words), run(cliPath, ...words), words.join(' '));
	}
});
