/** This file drives `pyinterpose hunt` over libraries compiled for it, in folders and in every kind of archive. */

import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import {huntedNames} from '../../src/gather/hunt/object.js';
import {lookInUnit} from '../../src/gather/hunt/unit.js';
import type {HuntReport} from '../../src/model/hunt.js';

import {cli, cliPath} from '../support/cli.js';
import {needing, program} from '../support/needs.js';

import {type Workshop, workshop} from '../support/workshop.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/hunt.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

const forwards = `
	#define _GNU_SOURCE
	#include <dlfcn.h>
	void *PyErr_Occurred(void) { return ((void *(*)(void))dlsym(RTLD_NEXT, "PyErr_Occurred"))(); }
	void one(void) {} void two(void) {} void three(void) {}`;
const library = (make: Workshop, name: string, source: string) =>
	make.compile(name, source, ['-O2', '-fPIC', '-shared']);

function hunt(
	t: ExecutionContext,
	args: readonly string[],
): {readonly status: number | null; readonly report: HuntReport} {
	const {status, stdout, stderr} = cli(['hunt', '--json', ...args]);
	t.is(stderr, '');
	const report: HuntReport = JSON.parse(stdout);
	t.true(valid(report), JSON.stringify(valid.errors));
	return {status, report};
}

const nameOf = ({place}: {readonly place: string}) => place.replace(/^.*\//, '');

test('a library that defines a function of libpython and looks the next one up is found, with exit status 1', t => {
	const make = workshop(t);
	library(make, 'libprof.so', forwards);
	const {status, report} = hunt(t, [make.folder]);
	t.is(status, 1);
	t.deepEqual(report.interposers, [
		{
			place: join(make.folder, 'libprof.so'),
			soname: null,
			libpython: ['PyErr_Occurred'],
			libc: [],
			signs: ['forwards'],
			looksUp: ['PyErr_Occurred'],
			known: null,
		},
	]);
	t.deepEqual(report.counts, {files: 1, archives: 0, objects: 1, broken: 0, texts: 0});
	t.regex(cli(['hunt', make.folder]).stdout, /^1 object of 1 ELF object interposes on libpython\./);
});

interface Row {
	readonly what: string;
	readonly source: string;
	readonly signs: readonly string[] | null;
}

const rows: readonly Row[] = [
	{
		what: 'that calls dlsym and defines other functions',
		source: forwards.replaceAll('PyErr_Occurred', 'MyErr'),
		signs: null,
	},
	{
		what: 'that defines a function of libpython for itself alone',
		source: forwards.replace('void *PyErr_Occurred', '__attribute__((visibility("hidden"))) void *PyErr_Occurred'),
		signs: null,
	},
	{
		what: 'that defines a function of libc among many others and calls no dlsym',
		source: 'int fsync(int f) { return f; } void a(void) {} void b(void) {} void c(void) {}',
		signs: [],
	},
	{
		what: 'that calls dlsym for another function than it defines',
		source: forwards.replace('"PyErr_Occurred"', '"PyErr_Clear"'),
		signs: [],
	},
	{
		what: 'that replaces malloc',
		source: `#include <stddef.h>
			void *malloc(size_t s) { (void)s; return 0; } void free(void *p) { (void)p; }
			void *realloc(void *p, size_t s) { (void)s; return p; }
			void a(void) {} void b(void) {} void c(void) {}`,
		signs: ['allocator'],
	},
	{what: 'that exports nothing but a function of libc', source: 'int fsync(int f) { return f; }', signs: ['stands-in']},
];

const judges = test.macro({
	exec(t, {source, signs}: Row) {
		const make = workshop(t);
		library(make, 'l.so', source);
		const {status, report} = hunt(t, [make.folder]);
		t.is(status, 0);
		const found = [...report.interposers, ...report.others.map(other => ({...other, signs: []}))];
		t.deepEqual(
			found.map(one => one.signs),
			signs === null ? [] : ([signs] as (typeof found)[number]['signs'][]),
		);
	},
	title: (_ = '', {what, signs}: Row) =>
		`a library ${what} has ${signs === null ? 'no place in the report' : `the signs [${signs}]`}`,
});
for (const row of rows) test(judges, row);

test('a program that defines a function is no interposer, and one that holds an interpreter is told of apart', t => {
	const make = workshop(t);
	make.compile('program', `${forwards} int main(void) { return 0; }`, ['-rdynamic']);
	const functions = ['PyErr_Occurred', 'PyEval_GetBuiltins', 'Py_Initialize', 'Py_Main'];
	const interpreter = library(make, 'libpython3.99.so', functions.map(name => `void ${name}(void) {}`).join('\n'));
	const {report} = hunt(t, [make.folder]);
	t.deepEqual([report.interposers, report.others, report.interpreters], [[], [], [interpreter]]);
});

test('a script that names a library in LD_PRELOAD makes it an interposer; a comment and a comparison do not', t => {
	const make = workshop(t);
	const plain = 'int fsync(int f) { return f; } void a(void) {} void b(void) {} void c(void) {}';
	for (const name of ['libnamed.so', 'libcommented.so', 'libcompared.so']) library(make, name, plain);
	make.file('run', '#!/bin/sh\nLD_PRELOAD=/opt/libnamed.so.1 exec "$@"\n');
	make.file('comment', '#!/bin/sh\n# LD_PRELOAD=libcommented.so\n[ "$LD_PRELOAD" == libcompared.so ]\n');
	const {report} = hunt(t, [make.folder]);
	t.deepEqual(report.interposers.map(nameOf), ['libnamed.so']);
	t.deepEqual(report.interposers[0]?.signs, ['named']);
	t.deepEqual(report.launchers, [
		{
			place: join(make.folder, 'run'),
			form: 'text',
			line: 2,
			text: 'LD_PRELOAD=/opt/libnamed.so.1 exec "$@"',
			libraries: ['libnamed.so.1'],
		},
	]);
});

const settings: readonly (readonly [name: string, text: string, sets: boolean])[] = [
	['a.service', '[Service]\nEnvironment=LD_PRELOAD=liba.so\n', true],
	['a.service', '[Service]\nUnsetEnvironment=LD_PRELOAD\n', false],
	['a.py', 'import os\nos.environ["LD_PRELOAD"] = "liba.so"\n', true],
	['a.py', 'env = {"LD_PRELOAD": "liba.so"}\n', true],
	['a.py', 'print(os.environ["LD_PRELOAD"])\n', false],
	['a.py', 'LD_PRELOAD = os.getenv("LD_PRELOAD")\n', false],
	['a.mk', 'LD_PRELOAD += liba.so\n', true],
	['a.csh', 'setenv LD_PRELOAD liba.so\n', true],
	['a.sh', 'unset LD_PRELOAD\n', false],
	['a.sh', 'test "$LD_PRELOAD" = x\n', false],
	['a.txt', 'LD_PRELOAD=liba.so\n', false],
];
for (const [name, text, sets] of settings) {
	test(`${name} with '${text.trim().split('\n').at(-1)}' ${sets ? 'sets' : 'does not set'} LD_PRELOAD`, t => {
		const make = workshop(t);
		make.file(name, text);
		t.is(hunt(t, [make.folder]).report.launchers.length, sets ? 1 : 0);
	});
}

interface Packing {
	readonly name: string;
	/** In the folder, whose tree/ is to be packed. */
	readonly command: string;
	readonly needs?: string;
	/** A program that unpacks it, too. */
	readonly unpacker?: string;
}

const packings: readonly Packing[] = [
	{name: 'a.tar', command: 'tar -cf a.tar -C tree .'},
	{name: 'a.tar.gz', command: 'tar -czf a.tar.gz -C tree .'},
	{name: 'a.tar.xz', command: 'tar -cJf a.tar.xz -C tree .', needs: 'xz'},
	{name: 'a.tar.bz2', command: 'tar -cjf a.tar.bz2 -C tree .', needs: 'bzip2'},
	{name: 'a.tar.zst', command: 'tar -c --zstd -f a.tar.zst -C tree .', needs: 'zstd'},
	{name: 'pax.tar', command: 'tar -c --format=pax -f pax.tar -C tree .'},
	{name: 'old.tar', command: 'tar -c --format=v7 -f old.tar -C tree .'},
	{name: 'a.whl', command: 'python3 -m zipfile -c a.whl tree/opt', needs: 'python3'},
	{
		name: 'stored.zip',
		command:
			"python3 -c \"import zipfile; zipfile.ZipFile('stored.zip', 'w').write('tree/opt/libprof.so', 'opt/libprof.so')\"",
		needs: 'python3',
	},
	{
		name: 'a.deb',
		command:
			'mkdir -p tree/DEBIAN; printf "Package: a\\nVersion: 1\\nArchitecture: all\\nMaintainer: a <a@b.c>\\nDescription: a\\n" >tree/DEBIAN/control; dpkg-deb -b tree a.deb',
		needs: 'dpkg-deb',
		unpacker: 'xz',
	},
	{
		name: 'a.rpm',
		// A lead, two empty headers, and the payload.
		command:
			"{ printf '\\355\\253\\356\\333'; head -c 92 /dev/zero; for i in 1 2; do printf '\\216\\255\\350\\001'; head -c 12 /dev/zero; done; (cd tree; find . | cpio -o -H newc --quiet | gzip); } >a.rpm",
		needs: 'cpio',
	},
];

const inArchive = test.macro({
	exec(t, {name, command}: Packing) {
		const make = workshop(t);
		library(make, 'tree/opt/libprof.so', forwards);
		execFileSync('sh', ['-c', command], {cwd: make.folder, stdio: ['ignore', 'ignore', 'inherit']});
		const archive = join(make.folder, name);
		const {status, report} = hunt(t, [archive]);
		t.is(status, 1);
		t.deepEqual(report.failures, []);
		t.deepEqual(
			report.interposers.map(({place}) => place),
			[`${archive}!/opt/libprof.so`],
		);
		t.is(report.counts.archives, 1);
		// Cut, it says so, and says nothing that it has not seen.
		writeFileSync(archive, readFileSync(archive).subarray(0, 300));
		const cut = hunt(t, [archive]);
		t.is(cut.status, 3);
		t.deepEqual([cut.report.interposers.length, cut.report.failures.length], [0, 1]);
	},
	title: (_ = '', {name}: Packing) => `the library is found in ${name}, and a cut one is told of`,
});
for (const packing of packings)
	needing(program(packing.needs ?? 'tar'), program(packing.unpacker ?? 'tar'))(inArchive, packing);

function tree(t: ExecutionContext): Workshop {
	const make = workshop(t);
	library(make, 'one/libprof.so', forwards);
	library(make, 'two/libsync.so', 'int fsync(int f) { return f; } void a(void) {} void b(void) {} void c(void) {}');
	mkdirSync(join(make.folder, 'three'));
	copyFileSync(join(make.folder, 'one/libprof.so'), join(make.folder, 'three/libother.so'));
	make.file('four/run', '#!/bin/sh\nLD_PRELOAD=libsync.so true\n');
	execFileSync('tar', ['-czf', 'five.tar.gz', 'one'], {cwd: make.folder});
	return make;
}

test('the merged shards say what the whole says, and no order of threads changes it', t => {
	const {folder} = tree(t);
	const whole = hunt(t, ['--jobs', '1', folder]).report;
	t.deepEqual(hunt(t, ['--jobs', '4', folder]).report, whole);
	const shards = [1, 2, 3].map(k => hunt(t, ['--shard', `${k}/3`, folder]).report);
	t.true(shards.filter(({counts}) => counts.files > 0).length > 1, 'all fell into one shard');
	const saved = workshop(t);
	// The first as an editor saves it that begins a file with a byte order mark.
	const paths = shards.map((shard, index) =>
		saved.file(`${index}.json`, `${index === 0 ? '\ufeff' : ''}${JSON.stringify(shard)}`),
	);
	const {status, report} = hunt(t, ['--merge', ...paths]);
	t.is(status, 1);
	t.deepEqual(report, {...whole, looked: {...whole.looked, shards: ['1/3', '2/3', '3/3']}});
	t.deepEqual(JSON.parse(cli(['merge', '--json', ...paths]).stdout), report);
});

test('a hunt that is taken up again looks at nothing twice, and says the same', t => {
	const {folder} = tree(t);
	const journal = join(workshop(t).folder, 'journal');
	const first = hunt(t, ['--resume', journal, folder]).report;
	const lines = readFileSync(journal, 'utf8').split('\n');
	// As an ended hunt leaves it: half of the lines, and a cut one.
	writeFileSync(journal, `${lines.slice(0, 3).join('\n')}\n`);
	appendFileSync(journal, lines[3]?.slice(0, 20) ?? '');
	t.deepEqual(hunt(t, ['--resume', journal, folder]).report, first);
	const before = readFileSync(journal, 'utf8');
	t.deepEqual(hunt(t, ['--resume', journal, folder]).report, first);
	t.is(readFileSync(journal, 'utf8'), before);
	library(workshop(t), 'ignored', 'int x;');
	writeFileSync(join(folder, 'four/new'), '#!/bin/sh\nLD_PRELOAD=libnew.so true\n');
	t.is(hunt(t, ['--resume', journal, folder]).report.launchers.length, first.launchers.length + 1);
	const own = library(workshop(t), 'libown.so', 'void MyErr(void) {}');
	const other = cli(['hunt', '--resume', journal, '--libpython', own, folder]);
	t.is(other.status, 2);
	t.regex(other.stderr, /is not what a hunt for these functions has written/);
});

test("--libpython looks for that object's functions alone", t => {
	const make = workshop(t);
	library(make, 'libmine.so', forwards.replaceAll('PyErr_Occurred', 'My_Function'));
	const own = library(workshop(t), 'libown.so', 'void My_Function(void) {}');
	t.deepEqual(hunt(t, [make.folder]).report.interposers, []);
	const {status, report} = hunt(t, ['--libpython', own, make.folder]);
	t.is(status, 1);
	t.deepEqual(report.interposers[0]?.libpython, ['My_Function']);
	t.deepEqual(report.looked.functions.libpython, 1);
});

test('an archive that unpacks for ever ends at its time, in a few hundred megabytes', t => {
	const make = workshop(t);
	// A member of 64 GiB of zeros: each repeated piece unpacks to 64 MiB.
	const header = headerOf('zeros', 2 ** 36);
	const piece = gzipSync(Buffer.alloc(1 << 26));
	make.file('bomb.tar.gz', Buffer.concat([gzipSync(header), ...Array.from({length: 1024}, () => piece)]));
	const program = `
		process.argv = ['node', 'pyinterpose', 'hunt', '--json', '--jobs', '1', '--timeout', '2', ${JSON.stringify(make.folder)}];
		process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)));
		await import(${JSON.stringify(new URL('../../src/cli.js', import.meta.url).href)});`;
	const {stdout, stderr} = runNode(program);
	t.regex(stdout, /takes longer than an archive may take/);
	t.true(Number(stderr) < 400, stderr);
});

test('a zip archive ends at its time, too, and one with time enough does not', t => {
	const make = workshop(t);
	// Of as many members as take far longer than a millisecond to list.
	make.file('many.whl', zipOf(20_000));
	const place = join(make.folder, 'many.whl');
	t.deepEqual(hunt(t, ['--jobs', '1', '--timeout', '0.001', '--skip-exit-code', make.folder]).report.failures, [
		{place, message: 'it takes longer than an archive may take'},
	]);
	const {failures, counts} = hunt(t, ['--jobs', '1', make.folder]).report;
	t.deepEqual(failures, []);
	t.is(counts.files, 20_000);
});

/** Empty members that are not packed: for each the header before its bytes, and at the end the table of them all. */
function zipOf(count: number): Buffer {
	const [headers, table]: [Buffer[], Buffer[]] = [[], []];
	for (let index = 0; index < count; index++) {
		const name = Buffer.from(`member-${String(index).padStart(6, '0')}`);
		const header = Buffer.alloc(30);
		header.write('PK\x03\x04', 'latin1');
		header.writeUInt16LE(name.length, 26);
		const entry = Buffer.alloc(46);
		entry.write('PK\x01\x02', 'latin1');
		entry.writeUInt16LE(name.length, 28);
		entry.writeUInt32LE(index * (header.length + name.length), 42);
		headers.push(header, name);
		table.push(entry, name);
	}
	const [before, entries] = [Buffer.concat(headers), Buffer.concat(table)];
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(count, 8);
	end.writeUInt16LE(count, 10);
	end.writeUInt32LE(entries.length, 12);
	end.writeUInt32LE(before.length, 16);
	return Buffer.concat([before, entries, end]);
}

/** As GNU tar writes it: a size that does not fit its digits stands in binary, marked by the highest bit. */
function headerOf(name: string, size: number): Buffer {
	const header = Buffer.alloc(512);
	header.write(name);
	header.write('0000644\x000000000\x000000000\0', 100);
	header.writeUInt8(0x80, 124);
	header.writeBigUInt64BE(BigInt(size), 128);
	header.write('00000000000\0        0', 136);
	header.write('ustar  \0', 257);
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

function runNode(program: string): {readonly stdout: string; readonly stderr: string} {
	try {
		const stdout = execFileSync(process.execPath, ['--input-type=module', '--eval', `${program}`], {
			encoding: 'utf8',
			stdio: 'pipe',
		});
		return {stdout, stderr: ''};
	} catch (error) {
		return error as {readonly stdout: string; readonly stderr: string};
	}
}

needing(program('xz'))(
	'a hunt that is ended leaves neither a report, nor a journal that cannot be taken up, nor the unpacker that it started',
	async t => {
		const make = workshop(t);
		library(make, 'first/libprof.so', forwards);
		// A member of 64 GiB, in pieces of 64 MiB: unpacking it takes longer than anybody waits for.
		const packed = (bytes: Uint8Array) => execFileSync('xz', ['-0', '-c'], {input: bytes});
		const piece = packed(Buffer.alloc(1 << 26));
		make.file(
			'large.tar.xz',
			Buffer.concat([packed(headerOf('zeros', 2 ** 36)), ...Array.from({length: 1024}, () => piece)]),
		);
		const journal = join(make.folder, 'journal');
		const saved = join(make.folder, 'saved.json');
		const args = ['hunt', '--jobs', '1', '--resume', journal, '--output', `json=${saved}`, make.folder];
		const child = spawn(process.execPath, [cliPath, ...args], {stdio: 'ignore'});
		const exited = once(child, 'exit');
		while (childrenOf(child.pid).length === 0 && child.exitCode === null) await delay(20);
		const [unpacker = ''] = childrenOf(child.pid);
		child.kill('SIGINT');
		const [status] = await exited;
		t.is(status, 130);
		t.false(existsSync(saved));
		t.not(unpacker, '');
		while (existsSync(`/proc/${unpacker}`)) await delay(20);
		t.is(hunt(t, ['--resume', journal, join(make.folder, 'first')]).status, 1);
	},
);

test('what ends a hunt ends it in the middle of a folder', async t => {
	const {folder} = tree(t);
	const unit = {kind: 'folder', path: join(folder, 'four'), files: readdirSync(join(folder, 'four'))} as const;
	const abort = new AbortController();
	const look = () => lookInUnit(unit, huntedNames([], []), {secondsPerArchive: 1, signal: abort.signal});
	t.is((await look()).counts.files, unit.files.length);
	abort.abort(new Error('Ended by SIGINT.'));
	await t.throwsAsync(look, {message: 'Ended by SIGINT.'});
});

/** By the kernel's word: a bare machine has no pgrep. */
function childrenOf(pid: number | undefined): readonly string[] {
	const threads = `/proc/${pid}/task`;
	if (!existsSync(threads)) return [];
	return readdirSync(threads).flatMap(thread =>
		readFileSync(join(threads, thread, 'children'), 'utf8')
			.split(' ')
			.filter(word => word !== ''),
	);
}

test('a path that is not there, no path, and a report that is none are one clear sentence each', t => {
	const make = workshop(t);
	for (const [args, says] of [
		[['hunt', join(make.folder, 'nothing')], /There is no file or folder/],
		[['hunt'], /hunt needs a folder or a file/],
		[['hunt', '--merge', make.file('a.json', '{}')], /no hunt wrote it/],
		[['hunt', '--merge', make.file('b.json', '{"kind": "hu')], /is not JSON, or ends in its middle/],
		[['hunt', '--shard', '3/2', make.folder], /--shard takes a part of a whole/],
	] as const) {
		const ran = cli(args);
		t.is(ran.status, 2);
		t.regex(ran.stderr, says);
		t.is(ran.stdout, '');
	}
});

test('hostile names reach no terminal', t => {
	const make = workshop(t);
	library(make, 'evil\u001b[2J.so', forwards);
	make.file('run\u001b[1m', '#!/bin/sh\nLD_PRELOAD=\u001b[2Jx.so true\n');
	const {stdout} = cli(['hunt', make.folder]);
	t.notRegex(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
	t.regex(stdout, /evil\\u\{1b\}/);
});
