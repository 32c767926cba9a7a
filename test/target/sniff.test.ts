/** This file tests what a file's first bytes tell. */

import {execFileSync} from 'node:child_process';
import {chmodSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import test from 'ava';
import {TargetError} from '../../src/errors.js';
import {machineHeader, machineName} from '../../src/target/machine.js';
import {sniff} from '../../src/target/sniff.js';
import {workshop} from '../support/workshop.js';

/** A program of this machine, as good as any. */
const program = readFileSync(process.execPath).subarray(0, 4096);

function patched(...changes: readonly (readonly [offset: number, byte: number])[]): Buffer {
	const bytes = Buffer.from(program);
	for (const [offset, byte] of changes) bytes[offset] = byte;
	return bytes;
}

/** Where an ELF header says of what class, byte order and machine it is. */
const [classAt, orderAt, machineAt] = [4, 5, 18];

test('an ELF file of this machine is one', t => {
	t.deepEqual(sniff(process.execPath), {kind: 'elf'});
});

const refuses = test.macro<[string | Uint8Array, RegExp]>({
	exec(t, content, message) {
		const path = workshop(t).file('given', content);
		t.throws(() => sniff(path), {instanceOf: TargetError, message});
	},
	title: (_, content, message) =>
		`${typeof content === 'string' ? JSON.stringify(content) : 'a patched ELF file'} is refused: ${message.source}`,
});

test(refuses, '', /is an empty file/);
test(refuses, 'import os\n', /neither an ELF file nor a script/);
test(refuses, '\x7fEL', /neither an ELF file nor a script/);
test(refuses, '!<arch>\nlibpython.o/', /is a static library/);
test(refuses, patched([classAt, 1]), /is a program for 32-bit /);
test(refuses, patched([orderAt, 2], [machineAt, 0], [machineAt + 1, 22]), /for 64-bit big-endian s390x; this machine/);
test(refuses, patched([machineAt, 243], [machineAt + 1, 0]), /for 64-bit riscv; this machine/);
test(refuses, patched([machineAt, 0xfe], [machineAt + 1, 0xfe]), /for 64-bit machine 65278; this machine/);

test('the header of every machine has a name', t => {
	t.is(machineName({bits: 64, endian: 'little', machine: 183}), '64-bit aarch64');
	t.is(machineName({bits: 32, endian: 'little', machine: 62}), '32-bit x86_64');
	t.is(machineHeader(Buffer.from('no header of any kind')), null);
});

const isScript = test.macro({
	exec(t, line: string, interpreter: string) {
		t.deepEqual(sniff(workshop(t).file('given', `${line}\nexit\n`)), {kind: 'script', interpreter});
	},
	title: (_, line, interpreter) => `'${line}' is a script of ${interpreter}`,
});

test(isScript, '#!/bin/sh', '/bin/sh');
test(isScript, '#! /bin/sh -eu', '/bin/sh');
test(isScript, '#!/usr/bin/env python3', 'python3');
test(isScript, '#!/usr/bin/env -S X=1 python3 -I', 'python3');

test('a file that is not there is refused, and so is one below a file', t => {
	t.throws(() => sniff('/no/such/file'), {message: 'There is no file /no/such/file.'});
	const path = `${workshop(t).file('file', 'x')}/below`;
	t.throws(() => sniff(path), {message: `There is no file ${path}.`});
});

test('a folder is refused, and the Python in it offered', t => {
	const work = workshop(t);
	work.file('venv/bin/python', '');
	const error = t.throws(() => sniff(`${work.folder}/venv`), {instanceOf: TargetError});
	t.is(error.hint, `Give the Python in it: ${work.folder}/venv/bin/python`);
});

test('a pipe is refused and not opened', t => {
	const path = `${workshop(t).folder}/pipe`;
	execFileSync('mkfifo', [path]);
	t.throws(() => sniff(path), {message: `${path} is no regular file.`});
});

test('an unreadable file is refused', t => {
	const work = workshop(t);
	chmodSync(work.folder, 0o755);
	const path = work.file('given', program, 0o000);
	t.is(refusalOf(path), `${path} cannot be read: permission denied.`);
});

test('a file in a folder that may not be entered is refused', t => {
	const path = workshop(t).file('closed/given', program);
	chmodSync(dirname(path), 0o000);
	const said = refusalOf(path);
	chmodSync(dirname(path), 0o755);
	t.is(said, `${path} cannot be read: permission denied.`);
});

/** The superuser may read everything, but for one without capabilities. */
function refusalOf(path: string): string {
	const module = new URL('../../src/target/sniff.js', import.meta.url).href;
	const code = `import {sniff} from '${module}';
		try { sniff(process.argv[1]); } catch ({message}) { process.stdout.write(message); }`;
	const node = [process.execPath, '--input-type=module', '-e', code, path];
	const bare = process.geteuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
	const [file = '', ...args] = [...bare, ...node];
	return execFileSync(file, args, {encoding: 'utf8'});
}
