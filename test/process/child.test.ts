/** This file tests that a child runs in exactly the given environment, and that nothing of it outlives its run. */

import {spawn} from 'node:child_process';
import test from 'ava';
import {type ChildRequest, outputBound, runChild} from '../../src/process/child.js';
import {goes} from '../support/processes.js';

function request(script: string, changes: Partial<ChildRequest> = {}): ChildRequest {
	return {
		file: '/bin/sh',
		argv: ['-c', script],
		env: {},
		timeoutSeconds: 30,
		signal: new AbortController().signal,
		...changes,
	};
}

test('a child that ends by itself gives its status and both outputs', async t => {
	const {exit, stdout, stderr, truncated} = await runChild(request('echo out; echo err >&2; exit 3'));
	t.deepEqual(exit, {kind: 'exited', status: 3});
	t.deepEqual([stdout, stderr, truncated], ['out\n', 'err\n', false]);
});

test('a child gets the given environment and nothing of ours', async t => {
	const {stdout} = await runChild(request('', {file: '/usr/bin/env', argv: [], env: {ONLY: 'this one'}}));
	t.is(stdout, 'ONLY=this one\n');
});

test('a child reads the given standard input, and an empty one where none is given', async t => {
	t.is((await runChild(request('cat', {stdin: 'some text'}))).stdout, 'some text');
	t.is((await runChild(request('cat'))).stdout, '');
});

test('a child that does not read its standard input is no error', async t => {
	const {exit} = await runChild(request('exit 0', {stdin: 'x'.repeat(1_000_000)}));
	t.deepEqual(exit, {kind: 'exited', status: 0});
});

test('a child that is ended by a signal gives the signal', async t => {
	t.deepEqual((await runChild(request('kill -SEGV $$'))).exit, {kind: 'signalled', signal: 'SIGSEGV'});
});

test('a child that hangs is killed at the time limit, and keeps what it printed', async t => {
	const {exit, stdout} = await runChild(request('echo before; exec sleep 60', {timeoutSeconds: 0.3}));
	t.deepEqual(exit, {kind: 'timed-out', seconds: 0.3});
	t.is(stdout, 'before\n');
});

test('a child that ends in time is not held to be late', async t => {
	t.deepEqual((await runChild(request('exit 0', {timeoutSeconds: Infinity}))).exit, {kind: 'exited', status: 0});
});

test('a file that does not exist is not started', async t => {
	const {exit} = await runChild(request('', {file: '/no/such/program'}));
	t.deepEqual(exit, {kind: 'not-started', message: 'spawn /no/such/program ENOENT'});
});

test('an argument that is too long is not started', async t => {
	const {exit} = await runChild(request('x'.repeat(200_000)));
	t.deepEqual(exit, {kind: 'not-started', message: 'spawn E2BIG'});
});

test('a descendant in the background ends with its parent', async t => {
	const {stdout} = await runChild(request('sleep 60 & echo $!'));
	t.true(await goes(Number(stdout)));
});

test('a descendant of a child that hangs ends at the time limit', async t => {
	const {stdout} = await runChild(request('sleep 60 & echo $!; wait', {timeoutSeconds: 0.3}));
	t.true(await goes(Number(stdout)));
});

test('a daemon that holds the output open does not hold up the run', async t => {
	const {exit, stdout} = await runChild(request('setsid sleep 20 & echo $!; sleep 0.1'));
	process.kill(Number(stdout), 'SIGKILL');
	t.deepEqual(exit, {kind: 'exited', status: 0});
});

test('an abort kills the child and rejects with its own reason', async t => {
	const abort = new AbortController();
	const reason = new Error('Ctrl-C');
	const started = Date.now();
	setTimeout(() => abort.abort(reason), 100);
	const error = await t.throwsAsync(runChild(request('exec sleep 60', {signal: abort.signal})));
	t.is(error, reason);
	t.true(Date.now() - started < 20_000);
});

test('nothing is started after an abort', async t => {
	const signal = AbortSignal.abort(new Error('too late'));
	await t.throwsAsync(runChild(request('exit 0', {signal})), {message: 'too late'});
});

test('output beyond the bound is dropped and said to be, and the child still ends', async t => {
	const {exit, stdout, truncated} = await runChild(request(`head -c ${outputBound + 5} /dev/zero`));
	t.deepEqual(exit, {kind: 'exited', status: 0});
	t.is(stdout.length, outputBound);
	t.true(truncated);
});

test('output that just fits is whole', async t => {
	const {stdout, truncated} = await runChild(request(`head -c ${outputBound} /dev/zero`));
	t.is(stdout.length, outputBound);
	t.false(truncated);
});

test('what a child wrote is kept where its end is seen first, and our own event loop then stands still', async t => {
	const block = (milliseconds: number) =>
		void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
	const running = runChild(request('sleep 0.5; echo said'));
	// It ends while another child's output is read; that other child's end then makes Node look for all that have ended.
	const other = spawn('/bin/echo', ['other']);
	other.stdout.once('data', () => block(1000));
	other.once('exit', () => block(1500));
	block(200);
	t.is((await running).stdout, 'said\n');
});
