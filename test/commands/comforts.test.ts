/** This file runs the command without what most machines have: each time it works, or one sentence says what is missing. */

import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
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
test('enough descriptors are enough', without, shell('ulimit -n 256;'), 0, '1\n', /^$/);

/** As users start it: one file. Where `tsc` alone was run, that is not made, and Node opens a file for each module. */
const start = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));
const joined = fileURLToPath(new URL('../../pyinterpose.cjs', import.meta.url));
const made = existsSync(joined) ? test : test.skip;

made('too few descriptors are named, however few, where Node itself has enough', t => {
	t.timeout(600_000);
	const {folder, file} = workshop(t);
	const env = {...process.env, XDG_CACHE_HOME: folder};
	const under = (limit: number, ...program: readonly string[]) =>
		spawnSync('bash', ['-c', `ulimit -n ${limit}; exec "$@"`, 'bash', node, ...program], {
			encoding: 'utf8',
			timeout: 120_000,
			cwd: folder,
			env,
		});
	// How many a Node needs for a program of one file depends on how it was built: Debian's reads parts of itself from files.
	const bare = file(
		'bare.cjs',
		"process.stdout.write(require('node:fs').readFileSync(__filename, 'utf8').slice(0, 0) + '1');",
	);
	let limit = 4;
	while (under(limit, bare).stdout !== '1') limit += 1;
	t.true(limit < 64, `this Node needs ${limit} descriptors`);
	let named = 0;
	for (;;) {
		const {status, stdout, stderr} = under(limit, start, ...words);
		if (status === 0) {
			t.is(stdout, '1\n');
			break;
		}
		t.deepEqual([status, stdout, stderr], [2, '', tooMany], `with ${limit} descriptors`);
		named += 1;
		limit += 1;
	}
	t.true(named > 0);
});
const tooMany = `pyinterpose: error: The system refuses: this process has too many files open.\nRaise the limit: 'ulimit -n 1024'.\n`;
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
