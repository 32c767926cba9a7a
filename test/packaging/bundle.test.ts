/** This file makes the bundle, unpacks it in an empty folder without network, builds it there and runs it. */

import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {folder} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';
import {root} from '../support/packaging.js';

const hasNamespaces = spawnSync('unshare', ['-rn', 'true']).status === 0;

needing(machine(hasNamespaces, 'a namespace without network (unshare -rn)'))(
	'the bundle builds and runs in an empty folder without network, and nothing else',
	t => {
		t.timeout(600_000);
		const cwd = folder(t);
		const archive = bundle(t, cwd);
		const home = join(cwd, 'empty');
		mkdirSync(home);
		t.is(spawnSync('tar', ['-xzf', archive], {cwd: home}).status, 0);
		const place = join(home, `pyinterpose-${version}`);
		const setup = offline(['./setup'], place);
		t.is(setup.status, 0, setup.stdout + setup.stderr);
		t.is(setup.stdout, `pyinterpose ${version}\n`);
		const ran = offline(
			['bin/pyinterpose', 'check', '--no-sweep', '--symbols', 'libc-time', '--json', '/usr/bin/python3'],
			place,
		);
		t.is(ran.status, 0, ran.stderr);
		t.is(parseReport(ran.stdout, 'it').targets.length, 1);
		const missing = offline(['./setup'], place, {CC: 'no-such-compiler'});
		t.is(missing.status, 2);
		t.is(missing.stderr, 'setup: There is no C compiler; install gcc and g++.\n');
	},
);

test('the same tree gives the same bundle, with the date of SOURCE_DATE_EPOCH', t => {
	const cwd = folder(t);
	const sums = ['a', 'b'].map(name => {
		mkdirSync(join(cwd, name));
		return createHash('sha256')
			.update(readFileSync(bundle(t, join(cwd, name))))
			.digest('hex');
	});
	t.is(sums[0], sums[1]);
	const {stdout} = spawnSync(
		'tar',
		['-tvzf', join(cwd, 'a', `pyinterpose-${version}.tar.gz`), '--utc', '--full-time'],
		{encoding: 'utf8', maxBuffer: 1 << 26},
	);
	const dates = new Set(
		stdout
			.trim()
			.split('\n')
			.map(line => line.split(/ +/).slice(3, 5).join(' ')),
	);
	t.deepEqual([...dates], ['2001-09-09 01:46:40']);
});

const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string};

function bundle(t: ExecutionContext, out: string): string {
	const {status, stdout, stderr} = spawnSync('packaging/bundle', [out], {
		cwd: root,
		encoding: 'utf8',
		env: {...process.env, SOURCE_DATE_EPOCH: '1000000000'},
	});
	t.is(status, 0, stderr);
	return stdout.trim();
}

/** Without network, registry settings, or a home. */
function offline(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
	return spawnSync('unshare', ['-rn', ...command], {
		cwd,
		encoding: 'utf8',
		env: {
			PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
			HOME: '/nonexistent',
			LANG: 'C.UTF-8',
			...env,
		},
	});
}
