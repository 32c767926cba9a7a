/** This file harms the cache before and while real programs run from it: none of them is any the worse. */

import {readdirSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {cli} from '../support/cli.js';
import {workshop} from '../support/workshop.js';

const program = 'import json; print(sum(len(json.dumps({"a": [n]})) for n in range(1000)))';

test('a program runs to its end while the cache that it came from is emptied', t => {
	const {folder} = workshop(t);
	const env = {XDG_CACHE_HOME: folder};
	t.is(cli(['run', '-c', program], {env}).status, 0, 'the cache is filled');
	const kept = filesIn(join(folder, 'pyinterpose'));
	t.true(kept.length >= 2, kept.join(' '));
	const emptying = `import os\nfor path in ${JSON.stringify(kept)}: os.truncate(path, 0)\n${program}`;
	const ran = cli(['run', '--report', '-c', emptying], {env});
	t.is(ran.status, 0, ran.stderr);
	t.is(ran.stdout, '11890\n');
	// What is told of files is looked up again for the report, and kept again.
	const code = kept.filter(path => /\/(?:entries|shims)\//.test(path));
	t.true(code.length > 0 && code.every(path => statSync(path).size === 0));
	const after = cli(['run', '-c', program], {env});
	t.deepEqual([after.status, after.stdout, after.stderr], [0, '11890\n', '']);
	t.true(
		kept.every(path => statSync(path).size > 0),
		'made anew',
	);
});

test('no kind of damage is more than a miss', t => {
	const {folder} = workshop(t);
	const env = {XDG_CACHE_HOME: folder};
	const first = cli(['run', '-c', program], {env});
	for (const harm of [
		(path: string) => truncateSync(path, Math.floor(statSync(path).size / 2)),
		(path: string) => truncateSync(path, statSync(path).size + 4096),
		(path: string) => writeFileSync(path, '\u007fELF', {flag: 'r+'}),
		(path: string) => writeFileSync(path, '{}'),
	]) {
		for (const path of filesIn(join(folder, 'pyinterpose'))) harm(path);
		t.deepEqual(cli(['run', '-c', program], {env}), first);
	}
});

test('`pyinterpose cache` shows what is kept, and `cache clear` throws it away', t => {
	const {folder} = workshop(t);
	const env = {XDG_CACHE_HOME: folder};
	cli(['run', '-c', program], {env});
	t.regex(
		cli(['cache'], {env}).stdout,
		/^entry counters of interpreters: 2 files, .*\n(.*\n){5}shims of the sweep: 1 file, /,
	);
	t.regex(cli(['cache', 'clear'], {env}).stdout, /^Removed \d+ files?\.\n$/);
	t.deepEqual(filesIn(join(folder, 'pyinterpose')), []);
	t.is(cli(['cache', 'clean'], {env}).status, 2);
});

function filesIn(folder: string): string[] {
	return readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name));
}
