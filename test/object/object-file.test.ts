/** This file tests that a file is read once, however often and under whatever name it is asked for. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {ElfError, SuiteError} from '../../src/errors.js';
import {readHead, readObjectFile} from '../../src/object/object-file.js';
import {libraries} from '../elf/support/libraries.js';
import {cliPath} from '../support/cli.js';
import {needing, program} from '../support/needs.js';
import {systemLibpythons, systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const settled = libraries().find(({name}) => name.startsWith('libz.so'))?.path ?? '';

test('the same file under two names is one value', t => {
	const {link} = workshop(t);
	const file = readObjectFile(settled);
	t.is(readObjectFile(link('other.so', settled)), file);
	t.is(file.elf, readObjectFile(settled).elf);
});

test('a file that is replaced is read anew', t => {
	const {compile} = workshop(t);
	const path = compile('liba.so', 'int one(void) { return 1; }', ['-shared']);
	const first = readObjectFile(path);
	compile('liba.so', 'int two(void) { return 2; }', ['-shared']);
	const names = readObjectFile(path).elf.dynamicSymbols.map(({name}) => name);
	t.true(names.includes('two'));
	t.false(names.includes('one'));
	t.true(first.elf.dynamicSymbols.some(({name}) => name === 'one'));
});

test('debug information is read where it is asked for, and leaves the digest as it is', t => {
	const {compile} = workshop(t);
	const source = `int one(int a) { return a; }\n${Array.from({length: 3000}, (_, index) => `int f${index}(int a) { return a; }`).join('\n')}`;
	const path = compile('liba.so', source, ['-shared', '-g3']);
	const [bare, whole] = [readObjectFile(path), readObjectFile(path, {debugInformation: true})];
	t.deepEqual(Buffer.from(whole.bytes), readFileSync(path));
	t.false(Buffer.from(bare.bytes).equals(readFileSync(path)));
	t.is(bare.digest, whole.digest);
});

test('the head of a file of any kind is its first bytes', t => {
	const {file} = workshop(t);
	t.is(Buffer.from(readHead(file('script', '#!/bin/sh\n'))).toString(), '#!/bin/sh\n');
	t.is(readHead(file('empty', '')).length, 0);
	t.deepEqual(Buffer.from(readHead(settled)), readFileSync(settled).subarray(0, 4096));
});

test('what is no file, no ELF object or not there is an error that says so', t => {
	const {folder, file} = workshop(t);
	t.regex(t.throws(() => readObjectFile(folder), {instanceOf: SuiteError})?.message ?? '', /is not a file/);
	t.regex(
		t.throws(() => readObjectFile(`${folder}/none`), {instanceOf: SuiteError})?.message ?? '',
		/there is no such file/,
	);
	t.throws(() => readObjectFile(file('text', 'no object')), {instanceOf: ElfError});
});

const interpreters = [systemPython(), ...systemLibpythons()].filter(path => path !== null);
for (const path of interpreters) {
	const title = `check opens ${path} once in each thread where nothing is kept, and once where all is`;
	needing(program('strace')).serial(title, opensOnce, path);
}

/** The second thread reads the debug information. */
function opensOnce(t: ExecutionContext, path: string): void {
	const {folder} = workshop(t);
	const opens = (cache: string, ...options: readonly string[]) => {
		const log = `${folder}/log`;
		const {status} = spawnSync(
			'strace',
			['-f', '-e', 'trace=openat,execve', '-o', log, process.execPath, cliPath, 'check', ...options, path],
			{env: {...process.env, XDG_CACHE_HOME: `${folder}/${cache}`}, encoding: 'utf8'},
		);
		t.is(status, 0);
		return opensByUs(readFileSync(log, 'utf8'), path);
	};
	t.is(opens('alone', '--jobs', '1'), 1, 'cold, in one thread');
	const cold = opens('cache');
	t.true(cold === 1 || cold === 2, `cold: ${cold}`);
	t.is(opens('cache'), 1, 'warm');
}

/** Opens by the process that strace started and its threads: not by what ran another program. */
function opensByUs(log: string, path: string): number {
	const lines = log.split('\n').map(line => /^(\d+) +(.*)$/.exec(line) ?? []);
	const first = lines[0]?.[1];
	const others = new Set(
		lines.filter(([, id, call]) => id !== first && call?.startsWith('execve(')).map(([, id]) => id),
	);
	return lines.filter(([, id, call]) => !others.has(id) && call?.includes(`openat(AT_FDCWD, "${path}"`)).length;
}
