/** This file holds the words for refused files to what the system refuses, and to the names that it knows. */

import {mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {cannotBeRead, cannotBeWritten, fileErrors, fileErrorWords} from '../../src/process/file-errors.js';

const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
test.after.always(() => rmSync(folder, {recursive: true}));
writeFileSync(join(folder, 'file'), '');
symlinkSync('loop', join(folder, 'loop'));

const refused = test.macro({
	exec(t, name: string, words: string) {
		const path = join(folder, name);
		const message = `${path} cannot be read: ${words}.`;
		t.is(
			messageOf(() => readFileSync(path), path),
			message,
		);
	},
	title: (_ = '', name: string, words: string) => `reading ${name.slice(0, 20)} says that ${words}`,
});

test(refused, 'nothing', 'there is no such file or directory');
test(refused, '.', 'it is a directory');
test(refused, 'file/below', 'a part of its path is no directory');
test(refused, 'loop', 'its symbolic links lead in a circle');
test(refused, 'n'.repeat(300), 'its name is too long');
test(refused, 'a\0b', 'its name holds a null byte');

test('an error of no known kind speaks for itself, and is kept as the cause', t => {
	const cause = new Error('the moon is full');
	const error = cannotBeWritten('Standard output', cause, 'Wait.');
	t.is(error.message, 'Standard output cannot be written: the moon is full.');
	t.is(error.hint, 'Wait.');
	t.is(error.cause, cause);
	t.is(fileErrorWords('a text'), 'a text');
});

test('every name is one of errno(3), or of an error of Node', t => {
	const unknown = Object.keys(fileErrors).filter(name => !name.startsWith('ERR_') && !(name in constants.errno));
	t.deepEqual(unknown, []);
});

test('every wording is a clause', t => {
	for (const words of Object.values(fileErrors)) t.regex(words, /^[a-z][^.]*[^. ]$/);
});

function messageOf(read: () => unknown, path: string): string {
	try {
		read();
		return 'it was read';
	} catch (error) {
		return cannotBeRead(path, error).message;
	}
}
