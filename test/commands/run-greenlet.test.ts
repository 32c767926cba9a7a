/** This file shows that calls are counted to the call where greenlets switch stacks in the midst of them. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {cli} from '../support/cli.js';
import {given, needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const python = '/usr/bin/python3';
const hasGreenlet = spawnSync(python, ['-c', 'import greenlet']).status === 0;

/** Two greenlets that switch to each other at every turn; without the word, the same calls one after the other. */
const program = `
import sys
turns, switching = int(sys.argv[1]), len(sys.argv) > 2
def work(other):
	for turn in range(turns):
		isinstance(turn, str)
		if switching: both[other].switch()
if switching:
	from greenlet import greenlet
	both = [greenlet(lambda: work(1)), greenlet(lambda: work(0))]
	both[0].switch()
else:
	work(1), work(0)
`;

needing(given(hasGreenlet, "Debian's python3-greenlet"))('two greenlets make as many calls as are counted', t => {
	const work = workshop(t);
	const script = work.file('greenlets.py', program);
	const growth = (symbol: string, ...words: readonly string[]) => {
		const [few, many] = [500, 1500].map(turns => {
			const file = join(work.folder, 'counted.json');
			const {status, stderr} = cli(['run', '--python', python, '--json', file, '--', script, String(turns), ...words]);
			t.is(status, 0, stderr);
			const {functions} = JSON.parse(readFileSync(file, 'utf8')) as {functions: readonly Counted[]};
			const found = functions.find(one => one.symbol === symbol);
			return (found?.calls ?? []).reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0);
		});
		return (many ?? 0) - (few ?? 0);
	};
	t.is(growth('PyObject_IsInstance', 'switching'), 2000);
	t.is(growth('PyObject_IsInstance'), 2000);
	// greenlet itself asks for the thread's state, so and so often in each of the 2,000 switches.
	const more = growth('PyThreadState_Get', 'switching') - growth('PyThreadState_Get');
	t.true(more > 0 && more % 2000 === 0, String(more));
});

interface Counted {
	readonly symbol: string;
	readonly calls: readonly {honored: number; bypassed: number | null}[];
}
