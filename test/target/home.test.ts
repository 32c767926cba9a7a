/** This file tests where the standard library of a libpython is found. */

import test from 'ava';
import {TargetError} from '../../src/errors.js';
import {findHome} from '../../src/target/home.js';
import {objectReader} from '../../src/target/objects.js';
import {interpreter} from '../support/fake-python.js';
import {type Workshop, workshop} from '../support/workshop.js';

const nowhere = {HOME: '/nowhere'};

function library(work: Workshop, path: string, soname: string): ReturnType<ReturnType<typeof objectReader>> {
	return objectReader()(work.compile(path, interpreter, ['-shared', '-fPIC', `-Wl,-soname,${soname}`]));
}

function standardLibrary(work: Workshop, folder: string): void {
	work.file(`${folder}/os.py`, '');
	work.file(`${folder}/encodings/__init__.py`, '');
}

const isFound = test.macro<[path: string, soname: string, folder: string, home: string | null]>({
	exec(t, path, soname, folder, home) {
		const work = workshop(t);
		standardLibrary(work, folder);
		const find = () => findHome(library(work, path, soname), nowhere);
		if (home === null) t.throws(find, {instanceOf: TargetError, message: /No standard library for/});
		else t.deepEqual(find(), {folder: `${work.folder}/${home}`, notes: []});
	},
	title: (_, path, soname, folder, home) =>
		`${path} (${soname}) with ${folder} ${home === null ? 'has no standard library' : `has its home in ${home}`}`,
});

const soname = 'libpython3.99.so.1.0';
test(isFound, `x/lib/${soname}`, soname, 'x/lib/python3.99', 'x');
test(isFound, `x/lib64/${soname}`, soname, 'x/lib64/python3.99', 'x');
test(isFound, `x/lib/some-linux-gnu/${soname}`, soname, 'x/lib/python3.99', 'x');
test(isFound, 'x/lib/libembedded.so', soname, 'x/lib/python3.99', 'x');
test(isFound, `x/lib/${soname}`, soname, 'x/lib/python3.98', null);
test(isFound, 'x/lib/libpython3.99d.so.1.0', 'libpython3.99d.so.1.0', 'x/lib/python3.99', 'x');
// Debian's debug build of 2.7.
test(isFound, 'x/lib/libpython3.99_d.so.1.0', 'libpython3.99_d.so.1.0', 'x/lib/python3.99', 'x');
test(isFound, 'x/lib/libpython3.99t.so.1.0', 'libpython3.99t.so.1.0', 'x/lib/python3.99t', 'x');
// A free-threaded build has other extension modules, and so a folder of its own.
test(isFound, 'x/lib/libpython3.99t.so.1.0', 'libpython3.99t.so.1.0', 'x/lib/python3.99', null);

test('a folder without encodings is no standard library: no Python starts with it', t => {
	const work = workshop(t);
	work.file('x/lib/python3.99/os.py', '');
	t.throws(() => findHome(library(work, `x/lib/${soname}`, soname), nowhere), {message: /No standard library for/});
});

test('a library that was copied away borrows a standard library of its version, and says so', t => {
	const work = workshop(t);
	standardLibrary(work, 'home/.pyenv/versions/3.99.1/lib/python3.99');
	const copied = library(work, `elsewhere/${soname}`, soname);
	const folder = `${work.folder}/home/.pyenv/versions/3.99.1`;
	t.deepEqual(findHome(copied, {HOME: `${work.folder}/home`}), {
		folder,
		notes: [
			{
				kind: 'borrowed-standard-library',
				message: `${copied.path} has no standard library of its own; it is started with the one in ${folder}.`,
			},
		],
	});
});
