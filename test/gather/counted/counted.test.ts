/** This file tests which of the runs of one target go on at the same time. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {gatherCounted} from '../../../src/gather/counted/counted.js';
import type {Claim} from '../../../src/model/claim.js';
import {nativeFolder} from '../../../src/native.js';
import {identity} from '../../../src/process/file-identity.js';
import {python} from '../../support/python.js';
import {interpreterOf} from '../../support/pythons.js';
import {workshop} from '../../support/workshop.js';

const claims: readonly Claim[] = [
	{id: 'PyErr_Clear/extension', symbol: 'PyErr_Clear', route: 'extension', family: 'error'},
	{id: 'effect-time/interpreter', symbol: 'effect-time', route: 'interpreter', family: 'effect-time'},
];

test('the control and the run for effects are made one after the other, beside the counting run', async t => {
	const work = workshop(t);
	const log = join(work.folder, 'log');
	const script = `#!/bin/sh\nfor word; do case "$word" in *.plan) run=\${word##*/};; esac; done
echo "begin $run" >> ${log}\n${python} "$@"\nstatus=$?\necho "end $run" >> ${log}\nexit $status\n`;
	const file = work.file('python', script, 0o755);
	const {counted} = await gatherCounted({
		launch: {file, argv: [], env: {}, native: nativeFolder},
		kind: 'interpreter',
		interpreter: identity(interpreterOf(python)),
		claims,
		entries: null,
		shims: nativeFolder,
		compiled: null,
		folder: work.folder,
		timeoutSeconds: 60,
		signal: new AbortController().signal,
	});
	t.deepEqual([...counted.keys()].sort(), ['PyErr_Clear/extension', 'effect-time/interpreter']);
	const lines = readFileSync(log, 'utf8').trim().split('\n');
	t.deepEqual(
		lines.filter(line => !line.includes('count-0')),
		['begin control-0.plan', 'end control-0.plan', 'begin effect-0.plan', 'end effect-0.plan'],
	);
	t.true(lines.indexOf('begin count-0.plan') < lines.indexOf('end control-0.plan'), lines.join(', '));
});
