/** This file kills drivers, SIGKILL included, and looks for what they leave: programs, folders; and for who gets which signal. */

import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {runChild} from '../../src/process/child.js';
import {nameBeginning, ownPrefix} from '../../src/process/leftovers.js';
import {cliPath} from '../support/cli.js';
import {workshop} from '../support/workshop.js';

const plain = {argv: [], env: {}, timeoutSeconds: 60, signal: new AbortController().signal};

test('a program without a slash is found on the PATH that it is given', async t => {
	const {file, folder} = workshop(t);
	file('mine', '#!/bin/sh\necho mine\n', 0o755);
	file('first/mine', 'no program', 0o644);
	const env = {PATH: `/none:${folder}/first:${folder}`};
	t.is((await runChild({...plain, file: 'mine', env})).stdout, 'mine\n');
	t.deepEqual((await runChild({...plain, file: 'mine', env: {PATH: '/none'}})).exit, {
		kind: 'not-started',
		message: 'spawn mine ENOENT',
	});
	t.deepEqual((await runChild({...plain, file: 'mine', env: {PATH: `${folder}/first`}})).exit, {
		kind: 'not-started',
		message: 'spawn mine EACCES',
	});
});

test('what is preloaded into the program is loaded once, and the program has no descriptor of ours', async t => {
	const {compile} = workshop(t);
	const source =
		'#include <unistd.h>\n__attribute__((constructor)) static void say(void) { (void)!write(1, "loaded\\n", 7); }';
	const preload = compile('say.so', source, ['-shared', '-fPIC']);
	const argv = ['-c', 'echo /proc/self/fd/*'];
	const {stdout} = await runChild({...plain, file: '/bin/sh', argv, env: {LD_PRELOAD: preload}});
	const bare = spawnSync('/bin/sh', argv, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
	t.is(stdout, `loaded\n${bare.stdout}`);
});

test('a child ends when its driver is killed', async t => {
	const module = new URL('../../src/process/child.js', import.meta.url).href;
	const code = `import {runChild} from '${module}';
		runChild({file: '/bin/sh', argv: ['-c', 'echo $$ >&2; exec sleep 50'], env: {}, timeoutSeconds: 60,
			signal: new AbortController().signal});
		setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);`;
	const driver = spawn(process.execPath, ['--input-type=module', '-e', code], {stdio: 'ignore'});
	const [child] = await childOf(driver);
	t.is((await once(driver, 'exit'))[1], 'SIGKILL');
	t.true(child !== undefined && (await goes(child)));
});

const swept = (t: ExecutionContext, words: readonly string[], code: string, env = {}) => {
	const driver = spawn(process.execPath, [cliPath, 'run', ...words, '-c', code], {
		stdio: ['ignore', 'pipe', 'inherit'],
		detached: true,
		env: {...process.env, ...env},
	});
	// One that is left by a test that fails would keep AVA waiting for its end.
	t.teardown(() => driver.kill('SIGKILL'));
	return driver;
};

for (const [words, lives] of [
	[[], false],
	[['--detach'], true],
] as const) {
	test(`a program of 'run ${words.join(' ')}' ${lives ? 'goes on' : 'ends'} when its driver is killed`, async t => {
		const driver = swept(t, words, 'import os, time; print(os.getpid(), flush=True); time.sleep(50)');
		const program = Number(String(await once(driver.stdout, 'data')));
		driver.kill('SIGKILL');
		await once(driver, 'exit');
		if (lives) {
			await sleep(300);
			t.notThrows(() => process.kill(program, 'SIGKILL'));
		} else {
			t.true(await goes(program));
		}
	});
}

const counting = `
import signal, sys, time
got = []
for one in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGXCPU, signal.SIGPWR):
    signal.signal(one, lambda number, frame: got.append(number))
print('ready', flush=True)
end = time.time() + 60
while not got and time.time() < end: time.sleep(0.01)
time.sleep(0.5)
print(got, flush=True)`;

import {goes} from '../support/processes.js';

for (const [signal, number] of [
	['SIGINT', 2],
	['SIGQUIT', 3],
	['SIGTERM', 15],
	['SIGUSR1', 10],
	['SIGXCPU', 24],
	['SIGPWR', 30],
] as const) {
	for (const all of [false, true]) {
		test(`${signal} sent to ${all ? 'the whole group' : 'the driver alone'} reaches the program once`, async t => {
			const driver = swept(t, [], counting);
			const chunks: string[] = [];
			driver.stdout.setEncoding('utf8').on('data', chunk => chunks.push(chunk));
			while (!chunks.join('').includes('ready')) await once(driver.stdout, 'data');
			process.kill(all ? -(driver.pid ?? 0) : (driver.pid ?? 0), signal);
			t.deepEqual(await once(driver, 'close'), [0, null]);
			t.is(chunks.join(''), `ready\n[${number}]\n`);
		});
	}
}

test('a signal that comes when the program has ended ends the driver, and leaves no folder', async t => {
	const {folder} = workshop(t);
	// Nobody reads it: there the driver waits.
	const pipe = join(folder, 'pipe');
	spawnSync('mkfifo', [pipe]);
	const driver = swept(t, ['--json', pipe], 'import os; print(os.getpid(), flush=True)', {TMPDIR: folder});
	const ended = once(driver, 'exit');
	const program = Number(String(await once(driver.stdout, 'data')));
	t.true(await goes(program));
	// Nor is anything else of the driver's that listens for the program.
	while (isParent(driver)) await sleep(20);
	driver.kill('SIGTERM');
	t.deepEqual(await ended, [143, null]);
	t.deepEqual([...ours(folder), ...ours('/dev/shm').filter(name => new RegExp(`-0*${driver.pid}\\.`).test(name))], []);
});

test('the folders of a run that was killed are removed by the next one, and those of a living one are not', async t => {
	const {folder, file} = workshop(t);
	const env = {TMPDIR: folder};
	const driver = swept(t, [], 'import time; print("ready", flush=True); time.sleep(50)', env);
	await once(driver.stdout, 'data');
	const left = ours(folder);
	t.true(left.length > 0);
	const other = swept(t, [], 'print("done")', env);
	await once(other, 'exit');
	t.deepEqual(ours(folder), left, 'while the driver lives');
	driver.kill('SIGKILL');
	await once(driver, 'exit');
	const [, place = ''] = /^pyinterpose-(\w+)-/.exec(ownPrefix('folder')) ?? [];
	mkdirSync(join(folder, 'pyinterpose-0123456789ab-0000001.000000000001-abcdef'));
	mkdirSync(join(folder, `pyinterpose-${place}-0000001.000000000001`));
	file(`pyinterpose-${place}-0000001.000000000001-abcdef`, 'a file, which is none of ours');
	await once(swept(t, [], 'print("done")', env), 'exit');
	t.deepEqual(
		ours(folder).sort(),
		[
			'pyinterpose-0123456789ab-0000001.000000000001-abcdef',
			`pyinterpose-${place}-0000001.000000000001`,
			`pyinterpose-${place}-0000001.000000000001-abcdef`,
		].sort(),
	);
});

test('the names of all folders are equally long, whatever the number of the process and the time of its start', t => {
	const place = '0123456789ab';
	const young = nameBeginning('folder', place, 2, 0);
	const late = nameBeginning('folder', place, 4_194_304, 31_536_000_000);
	t.not(young, late);
	t.is(young.length, late.length);
	t.is(young.length, ownPrefix('folder').length);
});

function ours(folder: string): string[] {
	return readdirSync(folder).filter(name => name.startsWith('pyinterpose-'));
}

function isParent({pid}: ChildProcess): boolean {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '';
}

async function childOf({pid}: ChildProcess): Promise<number[]> {
	const children = `/proc/${pid}/task/${pid}/children`;
	for (;;) {
		const numbers = existsSync(children) ? readFileSync(children, 'utf8').trim() : '';
		if (numbers !== '') return numbers.split(' ').map(Number);
		await sleep(10);
	}
}
