/** This file shows what is read of what a process tells of itself, and that a file without room for all of it says so. */

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {findingsOf} from '../../src/gather/sweep/report.js';
import type {SweepCounts, SweptInterpreter} from '../../src/gather/sweep/shims.js';
import {createTold, readTold} from '../../src/gather/told.js';
import {layout} from '../../src/ledger/layout.js';
import {callers} from '../../src/model/claim.js';
import {entered} from '../support/entered.js';
import {workshop} from '../support/workshop.js';

const numbers = layout();

/** Like native/told.c: the record, and how many there are. */
function tell(path: string, index: number, kind: number, slot: number, caller: number, object: string): void {
	const record = Buffer.alloc(numbers.TOLD_RECORD);
	record.writeUInt32LE(kind);
	record.writeUInt32LE(slot, numbers.TOLD_SLOT_AT);
	record.writeInt32LE(caller, numbers.TOLD_CALLER_AT);
	record.write(object, numbers.TOLD_OBJECT_AT);
	write(path, record, numbers.TOLD_HEADER + index * numbers.TOLD_RECORD);
	count(path, index + 1);
}

function count(path: string, records: number): void {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(records);
	write(path, bytes, numbers.TOLD_RECORDS_AT);
}

function write(path: string, bytes: Buffer, at: number): void {
	const file = readFileSync(path);
	bytes.copy(file, at);
	writeFileSync(path, file);
}

test('who defines a function first, who enters it and what is loaded are read by slot', t => {
	const path = join(workshop(t).folder, 'told');
	createTold(path);
	const [library, extension] = [callers.indexOf('library'), callers.indexOf('extension')];
	tell(path, 0, numbers.TOLD_KIND_DEFINES, 3, library, '/lib/liballoc.so.1');
	tell(path, 1, numbers.TOLD_KIND_DEFINES, 4, callers.indexOf('executable'), '');
	tell(path, 2, numbers.TOLD_KIND_BY_NAME, 5, extension, '/lib/ext.so');
	tell(path, 3, numbers.TOLD_KIND_BY_ADDRESS, 5, library, '/lib/libffi.so.8');
	tell(path, 4, numbers.TOLD_KIND_LOADED, 0, extension, '/lib/ext.so');
	t.deepEqual(readTold(path), {
		first: new Map([
			[3, {kind: 'other', soname: 'liballoc.so.1'}],
			[4, {kind: 'executable'}],
		] as const),
		entered: new Map([
			[
				5,
				[
					{caller: 'extension', byName: true, object: '/lib/ext.so'},
					{caller: 'library', byName: false, object: '/lib/libffi.so.8'},
				],
			],
		] as const),
		loaded: [{caller: 'extension', path: '/lib/ext.so'}],
		complete: true,
	});
});

test('a file that had no room for all is a finding; one that is just full is none', t => {
	const path = join(workshop(t).folder, 'told');
	createTold(path);
	const kinds = () => {
		const counts = {told: readTold(path), uncertain: [], namesChanged: 0, noEntries: null};
		const found = findingsOf(
			{slots: [], leftOut: []} as Partial<SweptInterpreter> as SweptInterpreter,
			{entries: null, libc: null},
			counts as Partial<SweepCounts> as SweepCounts,
		);
		return found.map(({kind}) => kind);
	};
	count(path, numbers.TOLD_MOST);
	t.deepEqual(kinds(), []);
	count(path, numbers.TOLD_MOST + 1);
	t.deepEqual(kinds(), ['sweep-told-cut-short']);
});

test('what was loaded last and made no call that returns to it is told of all the same', async t => {
	const work = workshop(t);
	const link = ['-O2', '-shared', '-fPIC'];
	const interpreter = work.compile(
		'libmine.so',
		'int plain(int n) { __asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop"); return n + 1; }',
		link,
	);
	const jumping = 'int plain(int); int tail(int n) { return plain(n); }';
	const [first, last] = ['first.so', 'last.so'].map(name => work.compile(name, jumping, [...link, interpreter]));
	// One call for both, so that the second is from nowhere new.
	const source = `
		#include <dlfcn.h>
		int main(int count, char **words) {
			int sum = 0;
			for (int i = 1; i < count; i++) sum += ((int (*)(int))dlsym(dlopen(words[i], RTLD_NOW), "tail"))(i);
			return sum; }`;
	const main = work.compile('main', source, ['-O2', '-Wl,--no-as-needed', interpreter, `-Wl,-rpath,${work.folder}`]);
	const told = join(work.folder, 'told');
	createTold(told);
	const request = {command: [main, first ?? '', last ?? ''], interpreter, symbols: ['plain'], folder: work.folder};
	const ran = await entered({...request, env: {PYINTERPOSE_TOLD: told}});
	t.deepEqual([ran.status, ran.entries('plain')], [5, 2], ran.stderr);
	const paths = readTold(told).loaded.map(({path}) => path);
	t.deepEqual(
		[first, last].map(path => paths.includes(path ?? '')),
		[true, true],
		paths.join(),
	);
});
