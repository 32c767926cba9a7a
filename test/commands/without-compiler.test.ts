/** This file shows that a check needs no program of the machine's but the Python. */

import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {cli} from '../support/cli.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

const compiler = execFileSync('sh', ['-c', 'command -v cc'], {encoding: 'utf8'}).trim();

test('without a compiler on the PATH a check says the same as with one', t => {
	const work = workshop(t);
	// Each is as long as the other: the environment's size moves a count or two.
	const [none, some] = ['none', 'some'].map(name => join(work.folder, name)) as [string, string];
	mkdirSync(none);
	work.link('some/cc', compiler);
	const check = (path: string) =>
		cli(['check', '--json', python], {env: {PATH: path, XDG_CACHE_HOME: join(path, 'cache')}});
	const without = check(none);
	t.is(without.stderr, '');
	const report = JSON.parse(without.stdout);
	t.true(report.targets[0].functions.length > 1000);
	t.deepEqual(report, JSON.parse(check(some).stdout));
});
