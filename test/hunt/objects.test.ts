/** This file holds the quick reader of objects to readelf, to broken files, and the hunt's judgement to a list made by hand. */

import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {definedNames, indexNames} from '../../src/elf/defined-names.js';
import {ElfError} from '../../src/errors.js';
import {huntedNames, lookAt} from '../../src/gather/hunt/object.js';
import {readMemory} from '../../src/gather/hunt/read-at.js';
import type {HuntReport} from '../../src/model/hunt.js';
import {cli} from '../support/cli.js';

const data = (name: string) =>
	readFileSync(new URL(`../../../data/hunt/${name}.txt`, import.meta.url), 'utf8')
		.trim()
		.split('\n');
const names = {libpython: data('libpython'), libc: data('libc')};
const index = indexNames([...names.libpython, ...names.libc]);

const {sharedObjects} = process.report.getReport() as unknown as {readonly sharedObjects: readonly string[]};
const folder = dirname(sharedObjects.find(path => path.endsWith('/libc.so.6')) ?? '/usr/lib/libc.so.6');
const objects = readdirSync(folder, {withFileTypes: true})
	.filter(entry => entry.isFile() && /\.so(\.|$)/.test(entry.name))
	.map(({name}) => join(folder, name))
	.filter(path => readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF');

test('the lists of functions are sorted, without doubles, and the two have nothing in common', t => {
	for (const list of Object.values(names)) t.deepEqual(list, [...new Set(list)].sort());
	const libc = new Set(names.libc);
	t.deepEqual(
		names.libpython.filter(name => libc.has(name)),
		[],
	);
	t.true(libc.has('malloc') && names.libpython.includes('PyErr_Occurred'));
});

test('what an object defines of the names is what readelf shows, for every library beside libc', t => {
	t.timeout(300_000);
	let found = 0;
	for (const path of objects) {
		const text = execFileSync('readelf', ['-W', '--dyn-syms', path], {encoding: 'utf8', maxBuffer: 1 << 28});
		const shown = text.split('\n').flatMap(line => {
			const [, , , type, bind, visibility, section, name = ''] = line.trim().split(/\s+/);
			const isFunction = type === 'FUNC' || type === 'IFUNC';
			const isExported =
				bind !== 'LOCAL' && section !== 'UND' && (visibility === 'DEFAULT' || visibility === 'PROTECTED');
			return isFunction && isExported ? [name.replace(/@.*/, '')] : [];
		});
		const expected = [...new Set(shown.filter(name => index.names.has(name)))].sort();
		t.deepEqual(definedNames(readMemory(readFileSync(path)), index)?.defined ?? [], expected, path);
		found += expected.length;
	}
	t.true(objects.length > 20 && found > names.libc.length / 2);
});

test('broken objects give a result or an ElfError', t => {
	// A case that never ends fails by this.
	t.timeout(120_000);
	const all = huntedNames(names.libpython, names.libc);
	const small = objects.filter(path => readFileSync(path).length < 60_000).slice(0, 8);
	t.true(small.length > 2);
	let [refused, read] = [0, 0];
	// A generator with a fixed seed, so that a failure can be repeated.
	let state = 12345;
	const random = (below: number) => {
		state = (Math.imul(state, 1103515245) + 12345) & 0x7fff_ffff;
		return state % below;
	};
	for (let round = 0; round < 4000; round++) {
		const bytes = Uint8Array.from(readFileSync(small[random(small.length)] ?? ''));
		// Tables stand at the beginning; random places would meet code.
		for (let times = 1 + random(4); times > 0; times--) bytes[4 + random(3000)] = random(256);
		const cut = random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
		try {
			lookAt(readMemory(cut), all);
			read++;
		} catch (error) {
			if (!(error instanceof ElfError)) throw error;
			refused++;
		}
	}
	t.true(refused > 200 && read > 200, `${refused} refused, ${read} read`);
});

test('over /usr, the interposers of the list made by hand are found, and at most one object in a hundred wrongly', t => {
	t.timeout(600_000);
	const stem = (place: string) => place.replace(/^.*\//, '').replace(/(-[\d.]+)?\.so(\.\d+)*$/, '');
	const byHand = new Set(
		readFileSync(new URL('../../../test/hunt/by-hand.txt', import.meta.url), 'utf8')
			.split('\n')
			.filter(line => /^[^#]/.test(line)),
	);
	const report: HuntReport = JSON.parse(cli(['hunt', '--json', '/usr']).stdout);
	const inFolders = report.interposers.map(({place}) => place).filter(place => !place.includes('!/'));
	const wrong = inFolders.filter(place => !byHand.has(stem(place)));
	const missed = report.others.map(({place}) => place).filter(place => byHand.has(stem(place)));
	t.log(
		`${report.counts.objects} objects, ${inFolders.length} interposers, wrong: ${wrong.join(' ') || 'none'}, missed: ${missed.join(' ') || 'none'}`,
	);
	t.true(wrong.length * 100 <= report.counts.objects, wrong.join('\n'));
	// Its name alone says that it is meant to be preloaded.
	t.deepEqual(
		missed.filter(place => stem(place) !== 'preloadable_libintl'),
		[],
	);
});
