/** This file tests where temporary folders are made, and that they go away. */

import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {SuiteError} from '../../src/errors.js';
import {preloadable} from '../../src/process/preloadable.js';
import {candidates, createFolder, withPreloadableFolder, withTemporaryFolder} from '../../src/process/temporary.js';

const fits = test.macro({
	exec(t, path: string, expected: boolean) {
		t.is(preloadable(path), expected);
	},
	title: (_, path, expected) => `${JSON.stringify(path)} can ${expected ? '' : 'not '}stand in LD_PRELOAD`,
});

test(fits, '/usr/lib/pyinterpose/build', true);
test(fits, '/home/j.doe/büro-1/build', true);
test(fits, '/my projects/build', false);
test(fits, '/a:b/build', false);
test(fits, '/a\tb', false);
test(fits, '/a/$ORIGIN/b', false);
test(fits, 'build/shim.so', false);

test('a folder for data is in memory where the machine has that', t => {
	t.deepEqual(candidates({TMPDIR: '/mine'}, 'data'), ['/dev/shm', '/mine', '/tmp', '/var/tmp']);
});

test('a folder for code is on disk first: memory is often mounted noexec', t => {
	t.deepEqual(candidates({TMPDIR: '/mine'}, 'code'), ['/mine', '/tmp', '/var/tmp', '/dev/shm']);
});

test('a TMPDIR with a space is passed over for code and links, and good enough for data', t => {
	t.deepEqual(candidates({TMPDIR: '/my tmp'}, 'code'), ['/tmp', '/var/tmp', '/dev/shm']);
	t.deepEqual(candidates({TMPDIR: '/my tmp'}, 'links'), ['/dev/shm', '/tmp', '/var/tmp']);
	t.deepEqual(candidates({TMPDIR: '/my tmp'}, 'data'), ['/dev/shm', '/my tmp', '/tmp', '/var/tmp']);
});

test('a relative TMPDIR is passed over', t => {
	t.deepEqual(candidates({TMPDIR: 'tmp'}, 'code'), ['/tmp', '/var/tmp', '/dev/shm']);
});

test('a TMPDIR that does not exist gives way to the next', async t => {
	const folder = await withTemporaryFolder({TMPDIR: '/no/such/folder'}, 'code', async folder => folder);
	t.is(dirname(folder), '/tmp');
});

test('the folder is there during the work and gone after it', async t => {
	const folder = await withTemporaryFolder({}, 'data', async folder => {
		writeFileSync(join(folder, 'file'), 'x');
		t.true(statSync(folder).isDirectory());
		return folder;
	});
	t.false(existsSync(folder));
});

test('the folder is gone after work that fails, and the error is the work’s own', async t => {
	let folder = '';
	const failing = withTemporaryFolder({}, 'code', async made => {
		folder = made;
		throw new Error('the work failed');
	});
	await t.throwsAsync(failing, {message: 'the work failed'});
	t.not(folder, '');
	t.false(existsSync(folder));
});

test('a plain folder is used as it is', async t => {
	await withPreloadableFolder({}, '/usr/lib', async folder => t.is(folder, '/usr/lib'));
});

test('a folder with a space and a colon is reached through a link without', async t => {
	const outer = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	t.teardown(() => rmSync(outer, {recursive: true}));
	const odd = join(outer, 'my: shims');
	mkdirSync(odd);
	await withPreloadableFolder({}, odd, async folder => {
		t.true(preloadable(folder));
		t.is(realpathSync(folder), realpathSync(odd));
	});
	t.true(existsSync(odd));
});

test('a machine without a writable folder gives one sentence that names all that were tried', async t => {
	t.throws(() => createFolder(['/no/such/folder', '/proc'], 'data'), {
		instanceOf: SuiteError,
		message:
			'No temporary folder can be made: tried /no/such/folder (there is no such file or directory), /proc (there is no such file or directory).',
	});
});
