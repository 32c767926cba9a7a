/**
 * This file checks Pythons and holds each report to itself, and a debug build's counts to gdb's: for Pythons of other releases, in
 * whose root it is run (scripts/consistent.sh).
 */

import {spawnSync} from 'node:child_process';
import {realpathSync} from 'node:fs';
import type {Report, TargetReport} from '../../src/model/report.js';
import {reportTotals} from '../../src/model/totals.js';
import {cliPath} from '../../test/support/cli.js';
import {contradictions} from '../../test/support/contradictions.js';
import {roundsByGdb} from './gdb.js';

const claims = ['PyErr_SetString', 'PyErr_Occurred', 'PyObject_GetAttr', 'PyDict_SetItem', 'PyTuple_Pack'];

const report = checked(process.argv.slice(2));
for (const {target, message} of report.failures) say(`${target}: ${message}`);
const faults = [...report.failures.map(({message}) => message), ...contradictions(report)];
for (const target of report.targets) {
	const found = [...called(target), ...inconclusive(target)];
	faults.push(...found);
	const {uncalled, bypassed, honored, partial} = reportTotals([target]);
	say(
		`${target.id}: ${target.functions.length} functions; ${honored} honored, ${partial} partial, ${bypassed} bypassed, ${uncalled} uncalled; ${found.length} faults`,
	);
	if (target.python.debug && target.interpreter.linkage === 'static') faults.push(...againstGdb(target));
}
for (const fault of faults) say(`fault: ${fault}`);
process.exitCode = faults.length === 0 && report.targets.length > 0 ? 0 : 1;

function checked(names: readonly string[]): Report {
	const {stdout, stderr} = spawnSync(process.execPath, [cliPath, 'check', '--json', '--quiet', ...names], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout);
}

/** What is called uncalled, and was called. */
function called({id, functions}: TargetReport): readonly string[] {
	return functions.flatMap(({symbol, calls}) =>
		calls
			.filter(({verdict}) => verdict.kind === 'uncalled')
			.filter(({workload}) => (workload?.honored ?? 0) + (workload?.bypassed ?? 0) > 0)
			.map(({caller}) => `${id}: ${symbol}/${caller} is uncalled, and the workload called it`),
	);
}

function inconclusive({id, functions}: TargetReport): readonly string[] {
	return functions.flatMap(({symbol, calls}) =>
		calls.flatMap(({caller, verdict}) =>
			verdict.kind === 'inconclusive' ? [`${id}: ${symbol}/${caller} is inconclusive: ${verdict.because}`] : [],
		),
	);
}

/** Assertions of a debug build, and its specializer, add calls of their own; a round makes as many here as there. */
function againstGdb({id, executable, functions}: TargetReport): readonly string[] {
	return claims.flatMap(symbol => {
		const probe = functions
			.find(one => one.symbol === symbol)
			?.calls.find(({caller}) => caller === 'interpreter')?.probe;
		if (probe == null) return [];
		const counted = probe.honored + (probe.bypassed ?? 0);
		const seen = roundsByGdb(realpathSync(executable), symbol);
		say(`${id}: ${symbol}: ${counted} calls in 20 rounds, ${seen === null ? 'not seen' : seen} by gdb`);
		return seen === counted ? [] : [`${id}: ${symbol} is counted ${counted} times, and gdb sees ${seen}`];
	});
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
