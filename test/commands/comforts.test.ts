/** This file runs the command without what most machines have: each time it works, or one sentence says what is missing. */

import {spawnSync} from 'node:child_process';
import test from 'ava';
import {cliPath} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

const node = process.execPath;
const words = ['run', '--python', python, '-c', 'print(1)'];

const without = test.macro({
	exec(t, command: readonly string[], status: number, stdout: string, stderr: RegExp) {
		const [file = '', ...args] = command;
		const {folder} = workshop(t);
		// Nothing is kept from before.
		const env = {...process.env, XDG_CACHE_HOME: folder};
		const ran = spawnSync(file, args, {encoding: 'utf8', timeout: 120_000, cwd: folder, env});
		t.deepEqual([ran.status, ran.stdout], [status, stdout], ran.stderr);
		t.regex(ran.stderr, stderr);
		t.notRegex(ran.stderr, /a fault of its own/);
	},
	title: (title = '') => title,
});

const shell = (script: string) => ['bash', '-c', `${script} "$@"`, 'bash', node, cliPath, ...words];

test(
	'an empty environment is enough',
	without,
	['env', '-i', `PATH=${process.env.PATH}`, node, cliPath, ...words],
	0,
	'1\n',
	/^$/,
);
test(
	'too few descriptors are named',
	without,
	shell('ulimit -n 24;'),
	2,
	'',
	/^pyinterpose: error: The system refuses: this process has too many files open\.\nRaise the limit: 'ulimit -n 1024'\.\n$/,
);
test('enough descriptors are enough', without, shell('ulimit -n 256;'), 0, '1\n', /^$/);
test(
	'a Node without WebAssembly is named',
	without,
	[node, '--jitless', cliPath, ...words],
	2,
	'',
	/This Node runs no WebAssembly \(--jitless\), in which x86-64 code is decoded\. *\n? *Run it without/,
);

const mounts = machine(
	spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/proc']).status === 0,
	'mount namespaces of its own (unshare)',
);
needing(mounts)(
	'a missing /proc is named',
	without,
	['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh', node, cliPath, ...words],
	2,
	'',
	/^pyinterpose: error: \/proc is not mounted: /,
);
needing(mounts)(
	'a file system that can only be read, but for /tmp and /dev/shm, is enough',
	without,
	[
		...['unshare', '-m', 'sh', '-c'],
		'mount --bind /tmp /tmp && mount --bind /dev/shm /dev/shm && mount -o remount,ro,bind / && exec "$@"',
		...['sh', node, cliPath, ...words],
	],
	0,
	'1\n',
	/^$/,
);
