/** This file gives every reader of untrusted bytes what once hurt it, and a few thousand broken inputs; scripts/fuzz.sh gives more. */

import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {type ReaderName, readers} from '../../scripts/fuzz/readers.js';
import {SuiteError} from '../../src/errors.js';
import {workshop} from '../support/workshop.js';

const corpus = fileURLToPath(new URL('../../../test/fuzz/corpus', import.meta.url));

for (const name of readdirSync(corpus) as ReaderName[]) {
	for (const file of readdirSync(join(corpus, name))) {
		test(`${name}: ${file.replaceAll('-', ' ')} is read or refused`, async t => {
			const input = readFileSync(join(corpus, name, file));
			const {read} = readers[name].prepare(workshop(t).folder);
			const text = name === 'report' || name === 'contract';
			try {
				await read(text ? input.toString('utf8') : input);
				t.pass();
			} catch (error) {
				t.true(error instanceof SuiteError, String(error));
			}
		});
	}
}

test('broken input gives a result or the reader’s own error, in bounded time and memory', t => {
	const seed = process.env.PYINTERPOSE_SEED ?? String(Date.now() % 2 ** 31);
	const main = fileURLToPath(new URL('../../scripts/fuzz/main.js', import.meta.url));
	const args = [main, '--cases', process.env.PYINTERPOSE_FUZZ_CASES ?? '3000', '--seed', seed];
	const {status, stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 280_000});
	t.is(status, 0, stdout + stderr);
	t.is(stdout.trim().split('\n').length, Object.keys(readers).length, stdout);
	t.log(`--seed ${seed}`);
});

test('a fault is found, and told with the command that repeats it', t => {
	const main = fileURLToPath(new URL('../../scripts/fuzz/main.js', import.meta.url));
	const env = {...process.env, PYINTERPOSE_FUZZ_FAULT: '7'};
	const args = [main, '--reader', 'header', '--cases', '20', '--seed', '5'];
	const {status, stdout} = spawnSync(process.execPath, args, {encoding: 'utf8', env});
	t.is(status, 1);
	t.regex(
		stdout,
		/^FAULT in header: Error: planted\n(?:.*\n)* {2}scripts\/fuzz\.sh --reader header --seed 5 --first 7 --cases 1$/m,
	);
});
