/** This file shows that `check` counts what passes the overrides by, and says so where it was told not to. */

import {cli} from '../support/cli.js';
import {given, needing} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';

interface Told {
	readonly targets: readonly {
		readonly functions: readonly {
			readonly symbol: string;
			readonly calls: readonly {
				readonly caller: string;
				readonly workload: {readonly honored: number; readonly bypassed: number | null};
				readonly verdict: {readonly kind: string; readonly bypassed?: number | null};
			}[];
		}[];
	}[];
}

function told(options: readonly string[]): Told['targets'][number] | undefined {
	const {stdout} = cli(['check', '--json', '--symbols', 'PyErr_Occurred', ...options, systemLibpythons()[0] ?? '']);
	return (JSON.parse(stdout) as Told).targets[0];
}

// Calls from inside of Debian's libpython pass every override by.
const run = needing(given(systemLibpythons().length > 0, 'a libpython'));

run('--no-entry-counts leaves bypassed calls uncounted, and their verdict to the ELF file', t => {
	const [counted, not] = [told([]), told(['--no-entry-counts'])];
	const interpreter = (one: typeof counted) => one?.functions[0]?.calls.find(({caller}) => caller === 'interpreter');
	t.true((interpreter(counted)?.verdict.bypassed ?? 0) > 10_000);
	t.true((interpreter(counted)?.workload.bypassed ?? 0) > 10_000);
	t.like(interpreter(not)?.verdict, {kind: 'bypassed', bypassed: null});
	t.deepEqual(interpreter(not)?.workload, {honored: 0, bypassed: null});
});
