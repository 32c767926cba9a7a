/** This file compares what `inspect` counts in objects of other CPUs with what binutils show of them, symbol by symbol, and branch by branch. */

import {readFileSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import {readElf} from '../../src/elf/elf.js';
import {branchesOf, branchLine} from '../../test/elf/support/branches.js';
import {inspectBytes} from '../../test/elf/support/inspect-bytes.js';
import {countByBinutils, machineOf} from '../../test/elf/support/oracle.js';
import {portOf} from '../../test/elf/support/ports.js';

let failed = 0;
for (const path of process.argv.slice(2)) {
	const {report} = await inspectBytes(readFileSync(path));
	if (report.facts?.some(({kind}) => kind === 'not-decoded') === true) {
		say(`skipped ${report.machine} ${path.replace(/.*\//, '')}: its code is not decoded, and the report says so`);
		continue;
	}
	const expected = countByBinutils(path, report.binding.mode);
	const seen = report.symbols.map(({verdict: _, sharedWith: __, ...counts}) => counts);
	const differing = seen.filter(({symbol, ...counts}) => !isDeepStrictEqual(counts, expected.get(symbol)));
	const calls = seen.reduce((sum, one) => sum + one.calls.preemptible + one.calls.bound + one.recursive, 0);
	const branches = await differingBranches(path);
	const isEqual = differing.length === 0 && seen.length === expected.size && branches.length === 0;
	if (!isEqual) failed += 1;
	say(
		`${isEqual ? 'equal ' : 'DIFFER'} ${report.machine} ${path.replace(/.*\//, '')}: ${seen.length} functions, ${calls} calls, ${report.binding.mode}`,
	);
	for (const {symbol, ...counts} of differing.slice(0, 10)) {
		say(`  ${symbol}: ${JSON.stringify(counts)}, by binutils ${JSON.stringify(expected.get(symbol))}`);
	}
	for (const line of branches.slice(0, 10)) say(`  ${line}`);
}
process.exitCode = failed === 0 ? 0 : 1;

/** Where binutils show an instruction: in the middle of what they show as a number there is none to compare with. */
async function differingBranches(path: string): Promise<readonly string[]> {
	const shown = portOf(machineOf(path))?.instructions(path) ?? [];
	const expected = new Map(
		shown.flatMap(({section, address, branch, target, throughMemory}) =>
			branch === null || target === null || throughMemory || section.startsWith('.plt')
				? []
				: [[address.toString(16), branchLine(address, branch, target)] as const],
		),
	);
	const instructions = new Set(shown.map(({address}) => address.toString(16)));
	const seen = await branchesOf(readElf(readFileSync(path)));
	const ours = new Map(seen.map(line => [line.replace(/ .*/, ''), line]));
	return [...new Set([...expected.keys(), ...ours.keys()])]
		.filter(at => instructions.has(at))
		.filter(at => expected.get(at) !== ours.get(at))
		.map(at => `${ours.get(at) ?? `${at} no branch`}, by binutils ${expected.get(at) ?? 'none'}`);
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
