/** This file tests that one abort is heard everywhere, and that many who wait for it are no leak. */

import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import {runChild} from '../../src/process/child.js';
import {onAbort} from '../../src/process/on-abort.js';

const moreThanNodeExpects = 12;

test.serial('Node warns of many that wait for an abort by themselves', async t => {
	const {signal} = new AbortController();
	const warned = await warnings(async () => {
		for (let at = 0; at < moreThanNodeExpects; at++) signal.addEventListener('abort', () => {});
	});
	t.deepEqual(warned, ['MaxListenersExceededWarning']);
});

test.serial('Node warns of no children, however many wait for one abort', async t => {
	const {signal} = new AbortController();
	const one = () => runChild({file: '/bin/sleep', argv: ['0.1'], env: {}, timeoutSeconds: 30, signal});
	const warned = await warnings(() => Promise.all(Array.from({length: moreThanNodeExpects}, one)));
	t.deepEqual(warned, []);
});

test('whoever waits is told once, and whoever has stopped waiting is not', t => {
	const abort = new AbortController();
	const told: string[] = [];
	onAbort(abort.signal, () => told.push('waits'));
	onAbort(abort.signal, () => told.push('has stopped'))();
	abort.abort();
	t.deepEqual(told, ['waits']);
});

/** Their names, in order. */
async function warnings(work: () => Promise<unknown>): Promise<string[]> {
	const names: string[] = [];
	const note = ({name}: Error) => names.push(name);
	process.on('warning', note);
	await work();
	await turn();
	process.off('warning', note);
	return names;
}
