/** This file shows which files of an interrupted build are made anew. */

import {existsSync, utimesSync} from 'node:fs';
import test from 'ava';
import {removeHalfWritten} from '../../src/lab/leftovers.js';
import {workshop} from '../support/workshop.js';

const rows: readonly (readonly [title: string, name: string, secondsBefore: number, removed: boolean])[] = [
	['an object written at the end is removed', 'Objects/dictobject.o', 0, true],
	['an object written shortly before it is removed', 'Objects/longobject.o', 5, true],
	['an object written well before it is kept', 'Objects/listobject.o', 60, false],
	['a library written at the end is removed', 'libpython3.11.so.1.0', 1, true],
	['an interpreter written at the end is removed', 'python', 1, true],
	['a generated header written at the end is removed', 'Python/frozen_modules/os.h', 1, true],
	['what configure made is kept, whenever it was', 'pyconfig.h', 0, false],
	['the Makefile is kept', 'Makefile', 0, false],
	['an object older than the configuration is kept', 'Objects/old.o', 1000, false],
];

for (const [title, name, secondsBefore, removed] of rows) {
	test(title, async t => {
		const {folder, file} = workshop(t);
		const end = Date.now() / 1000;
		const last = file('Modules/last.o', '');
		utimesSync(last, end, end);
		const path = file(name, '');
		utimesSync(path, end - secondsBefore, end - secondsBefore);
		const gone = await removeHalfWritten(folder, (end - 500) * 1000);
		t.is(existsSync(path), !removed);
		t.is(gone.includes(path), removed);
	});
}

test('a build that made nothing yet loses nothing', async t => {
	t.deepEqual(await removeHalfWritten(workshop(t).folder, 0), []);
});
