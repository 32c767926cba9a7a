/** This file shows what is read from a probe run's output, whole or cut short. */

import test from 'ava';
import {readTranscript} from '../../../src/gather/counted/transcript.js';

const lines = (...records: readonly object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('');

test('a claim that was taken has its calls and what it computed', t => {
	const {outcomes, open, ended} = readTranscript(
		lines({begin: 'f/dlsym'}, {id: 'f/dlsym', made: [20, 40, 60], output: [1]}, {end: true}),
	);
	t.deepEqual(outcomes.get('f/dlsym'), {kind: 'taken', made: [20, 40, 60], output: '[1]'});
	t.deepEqual([open, ended], [null, true]);
});

test('a claim that had begun when the run ended is the one that is open', t => {
	const {outcomes, open, ended} = readTranscript(lines({begin: 'f/dlsym'}));
	t.deepEqual([outcomes.size, open, ended], [0, 'f/dlsym', false]);
});

test('what the target prints beside the records says nothing', t => {
	const {outcomes} = readTranscript(`null\n7\n"text"\n{"id": "f/dlsym"\n${lines({id: 'g/dlsym', error: 'no'})}`);
	t.deepEqual([...outcomes], [['g/dlsym', {kind: 'failed', reason: 'no'}]]);
});

test('a number of calls that is none is no number', t => {
	const made = (value: unknown) => readTranscript(lines({id: 'f', made: value})).outcomes.get('f');
	t.like(made([1, 2]), {made: null});
	t.like(made([1, 2, 'x']), {made: null});
	t.like(made([1, 2, 3]), {made: [1, 2, 3]});
});
