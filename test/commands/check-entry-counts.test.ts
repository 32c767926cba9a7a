/** This file shows that `check` counts what passes the overrides by, and says so where it was told not to. */

import test from 'ava';
import {cli} from '../support/cli.js';
import {systemLibpythons} from '../support/pythons.js';

interface Told {
	readonly targets: readonly {
		readonly claims: readonly {
			readonly id: string;
			readonly verdict: {readonly kind: string; readonly bypassed?: number | null};
		}[];
		readonly sweep: {readonly calls: {readonly honored: number; readonly bypassed: number | null}};
	}[];
}

function told(options: readonly string[]): Told['targets'][number] | undefined {
	const {stdout} = cli(['check', '--json', '--symbols', 'PyErr_Occurred', ...options, systemLibpythons()[0] ?? '']);
	return (JSON.parse(stdout) as Told).targets[0];
}

// Calls from inside of Debian's libpython pass every override by.
const run = systemLibpythons().length === 0 ? test.skip : test;

run('--no-entry-counts leaves bypassed calls uncounted, and their verdict to the ELF file', t => {
	const [counted, not] = [told([]), told(['--no-entry-counts'])];
	const interpreter = (one: typeof counted) => one?.claims.find(({id}) => id === 'PyErr_Occurred/interpreter')?.verdict;
	t.true((interpreter(counted)?.bypassed ?? 0) > 0);
	t.true((counted?.sweep.calls.bypassed ?? 0) > 100_000);
	t.like(interpreter(not), {kind: 'bypassed', bypassed: null});
	t.is(not?.sweep.calls.bypassed, null);
	t.is(not?.sweep.calls.honored, counted?.sweep.calls.honored);
});
