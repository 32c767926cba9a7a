/** This file counts with gdb how often a probe's rounds enter a function. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type ProbePlan, places, planned, planText} from '../../src/gather/counted/plan.js';
import {runner} from '../../src/gather/counted/run.js';
import {nativeFolder} from '../../src/ledger/native.js';

/** Where nothing is counted a probe runs 3n rounds: two runs that differ in n differ by three times as many. */
const [few, more, times] = [24, 34, 3];

/** How many entries 20 rounds make, by whomever; null where gdb could not count them, or they are no whole number. */
export function roundsByGdb(python: string, symbol: string): number | null {
	const [once, twice] = [few, more].map(rounds => entries(python, symbol, rounds));
	if (once == null || twice == null) return null;
	const each = (twice - once) / (times * (more - few));
	return Number.isInteger(each) ? 20 * each : null;
}

const count = `
import gdb
class Count(gdb.Breakpoint):
    entered = 0
    def stop(self):
        Count.entered += 1
        return False
gdb.execute('set auto-load off')
gdb.execute('set debuginfod enabled off')
Count('*SYMBOL')
gdb.execute('run')
print('entered %d' % Count.entered)
`;

function entries(python: string, symbol: string, rounds: number): number | null {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-gdb-'));
	try {
		const plan: ProbePlan = {
			ledger: null,
			copies: null,
			...places(),
			rounds,
			callers: {extension: join(nativeFolder, 'caller.so'), deepbind: join(nativeFolder, 'caller-deepbind.so')},
			executable: false,
			claims: planned([{id: `${symbol}/interpreter`, symbol, route: 'interpreter', family: 'error'}], () => []),
		};
		const [planPath, lines, script] = [join(folder, 'plan'), join(folder, 'lines'), join(folder, 'count.py')];
		writeFileSync(planPath, planText(plan));
		writeFileSync(lines, '');
		writeFileSync(script, count.replace('SYMBOL', symbol));
		const words = ['-nx', '-batch', '-x', script, '--args', python, '-S', '-B', '-s', runner, planPath, lines];
		const {stdout} = spawnSync('gdb', words, {
			encoding: 'utf8',
			maxBuffer: 1 << 28,
			env: {PATH: process.env.PATH, LC_ALL: 'C.UTF-8', PYTHONHASHSEED: '0'},
		});
		const found = /^entered (\d+)$/m.exec(stdout)?.[1];
		return found === undefined ? null : Number(found);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
