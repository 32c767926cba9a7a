/** This file tests what becomes of a command whose standard output or standard error takes nothing. */

import {spawnSync} from 'node:child_process';
import test from 'ava';
import {cliPath} from '../support/cli.js';

const shell = test.macro({
	exec(t, redirection: string, status: number, said: string) {
		const args = ['-c', `"$@" ${redirection}`, 'bash', process.execPath, cliPath, 'man'];
		const ran = spawnSync('bash', ['-o', 'pipefail', ...args], {encoding: 'utf8', timeout: 60_000});
		t.deepEqual([ran.status, ran.stderr], [status, said]);
	},
	title: (title = '') => title,
});

test(
	'standard output on a full disk is exit 2 and one sentence',
	shell,
	'>/dev/full',
	2,
	'pyinterpose: error: Standard output cannot be written: the file system is full.\n',
);
test(
	'standard output that is open for reading only is exit 2 and one sentence',
	shell,
	'1</dev/null',
	2,
	'pyinterpose: error: Standard output cannot be written: it is not open for that.\n',
);
test('a reader that stops reading is told nothing', shell, '| head -n 1 >/dev/null', 0, '');
test('standard output that takes everything is exit 0', shell, '>/dev/null', 0, '');
test('a standard error that takes nothing changes nothing', shell, '>/dev/null 2>/dev/full', 0, '');
