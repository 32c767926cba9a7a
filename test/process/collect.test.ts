/** This file tests that what a child wrote is read, however busy we are ourselves. */

import {spawn} from 'node:child_process';
import test from 'ava';
import {collect} from '../../src/process/collect.js';

function busy(milliseconds: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test.serial(
	'what is in the pipe is read before a silent stream is given up, also after we were busy for long',
	async t => {
		const child = spawn('/bin/sh', ['-c', 'echo written; exec sleep 30'], {stdio: ['ignore', 'pipe', 'ignore']});
		busy(500);
		const out = collect(child.stdout, 100);
		const finished = out.finish();
		busy(1500);
		t.deepEqual(await finished, {text: 'written\n', truncated: false});
		child.kill('SIGKILL');
	},
);
