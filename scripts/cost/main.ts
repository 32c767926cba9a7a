/** This file is `npm run bench [-- --cpu] [-- --write] [-- NAME...]`: ratios from interleaved runs, beside what they shall not exceed. */

import {writeFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {fileURLToPath} from 'node:url';
import {benchCall} from './call.js';
import {benchCheck, benchJobs, benchLibrary} from './check.js';
import {benchHunt} from './hunt.js';
import {benchInlined} from './inlined.js';
import {benchInspect} from './inspect.js';
import {benchMerge} from './merge.js';
import {costPage, type Measured} from './page.js';
import type {BenchRow} from './pairs.js';
import {python} from './python.js';
import {interpreterOf, libpython, overridable} from './pythons.js';
import {benchScale} from './scale.js';
import {benchShim} from './shim.js';
import {benchOtherTools, benchSweep} from './sweep.js';

/** Each measures when it is called, and its rows are printed as they come. */
const benches: Readonly<Record<string, {readonly title: string; run(): BenchRow[] | Promise<BenchRow[]>}>> = {
	run: {
		title: 'A program whose calls are all counted, both ways, by caller',
		run: async () => benchSweep(await three()),
	},
	tools: {title: 'The same program under other tools', run: async () => benchOtherTools(await three())},
	call: {title: 'One call', run: benchCall},
	check: {
		title: 'A check',
		run: () => [...benchCheck(python()), ...[libpython()].filter(isThere).flatMap(benchLibrary)],
	},
	jobs: {title: 'All Pythons of the machine', run: benchJobs},
	inspect: {title: 'Reading one file', run: () => benchInspect()},
	inlined: {
		title: 'Reading debug information',
		run: () => benchInlined([interpreterOf(python()), libpython()].filter(isThere)),
	},
	hunt: {title: 'Reading many files', run: benchHunt},
	scale: {title: 'A large library', run: benchScale},
	shim: {title: "A first check's shim", run: () => [libpython()].filter(isThere).flatMap(benchShim)},
	merge: {title: 'Very many reports', run: () => benchMerge(python())},
};

const words = process.argv.slice(2);
const names = words.filter(word => !word.startsWith('--'));
const unknown = [...names.filter(name => !(name in benches)), ...words.filter(word => /^--(?!cpu$|write$)/.test(word))];
if (unknown.length > 0)
	throw new Error(`There is no ${unknown.join(', ')}: say ${Object.keys(benches).join(', ')}, --cpu, --write.`);

const load = [loadavg()[0] ?? 0];
const sections: Measured[] = [];
let missed = 0;
for (const [name, {title, run}] of Object.entries(benches)) {
	if (names.length > 0 && !names.includes(name)) continue;
	const rows = await run();
	sections.push({title, rows});
	for (const row of rows) {
		process.stdout.write(`${line(row)}\n`);
		if (row.kind === 'measured' && row.bound !== null && row.ratio.median > row.bound) missed++;
	}
}
load.push(loadavg()[0] ?? 0);
if (words.includes('--write')) {
	writeFileSync(fileURLToPath(new URL('../../../docs/cost.md', import.meta.url)), costPage(sections, load));
}
process.stdout.write(`${missed === 0 ? 'Every bound holds.' : `${missed} bounds are exceeded.`}\n`);
process.exitCode = missed === 0 ? 0 : 1;

/** The default Python, a libpython of the system, an overridable one: the three ways in which an interpreter is bound. */
async function three(): Promise<readonly string[]> {
	return [await overridable(), libpython(), python()].filter(isThere);
}

function isThere(name: string | null): name is string {
	return name !== null;
}

function line(row: BenchRow): string {
	if (row.kind === 'not-run') return `      -    ${row.what}: not run, ${row.why}`;
	const {what, bound, ratio} = row;
	const limit = bound === null ? '' : `  (at most ${bound})`;
	const between = `[${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}, ${ratio.pairs} pairs]`;
	return `${ratio.median.toFixed(2).padStart(7)} ×  ${what}${limit}  ${between}`;
}
