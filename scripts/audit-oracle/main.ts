/** This file is the program behind scripts/audit-oracle.sh: one line for each library on each Python. */

import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Target} from '../../src/model/target.js';
import {withLauncher} from '../../src/target/launch.js';
import type {Launcher} from '../../src/target/surroundings.js';
import {gatherTargets} from '../../src/target/targets.js';
import {type Comparison, compareGrowth} from '../../test/support/audit-growth.js';
import {valgrind} from '../../test/support/callgrind.js';
import {fetchPackage} from '../who-is-hit/fetch.js';
import {callsSource, type OracleLibrary, oracleLibraries, prologue} from './libraries.js';

const rounds = 20;
const {env} = process;
const wanted = new Set(process.argv.slice(2));
let status = 0;
if (valgrind !== null) throw new Error('valgrind is not installed');

await withLauncher(env, async launch => {
	const names = (env.PYTHON ?? 'python3').split(':');
	const surroundings = {env, signal: AbortSignal.timeout(3_600_000), timeoutSeconds: 60};
	const {targets, failures} = await gatherTargets({kind: 'named', names}, launch, surroundings);
	for (const {message} of failures) tell(2, `   ?     ${message}`);
	for (const library of oracleLibraries) {
		if (wanted.size > 0 && !wanted.has(library.package.name)) continue;
		for (const target of targets) await tellOf(library, target, launch);
	}
});
process.exitCode = status;

async function tellOf(library: OracleLibrary, target: Target, launch: Launcher): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-oracle-'));
	const what = `${library.package.name} on ${target.id}`;
	try {
		const {equal, differing, uncounted} = await compare(library, target, launch, folder);
		const called = [...equal.values()].filter(({reached}) => reached > 0).length;
		const passed = [...equal.values()].filter(one => one.passed > 0).length;
		const isRight = differing.length === 0 && called >= library.called;
		tell(
			isRight ? 0 : 1,
			`${isRight ? 'equal' : 'WRONG'}  ${what}: ${equal.size} of ${equal.size + differing.length} functions`,
		);
		process.stdout.write(`       ${called} were called and ${passed} passed by\n`);
		for (const line of differing) process.stdout.write(`       ${line}\n`);
		for (const [symbol, reason] of uncounted)
			process.stdout.write(`       only entries of its own: ${symbol} (${reason})\n`);
	} catch (error) {
		tell(2, `   ?   ${what}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

async function compare(library: OracleLibrary, target: Target, launch: Launcher, folder: string): Promise<Comparison> {
	const start = launch(target.start);
	const path = existsSync(library.package.file)
		? library.package.file
		: fetchPackage({package: library.package, kind: 'preload'}, folder, target.executable).file;
	for (const [name, content] of Object.entries(library.files ?? {})) writeFileSync(join(folder, name), content);
	const own = join(folder, 'calls.so');
	execFileSync('cc', ['-O0', '-w', '-fno-builtin', '-fPIC', '-shared', '-x', 'c', '-', '-o', own], {
		input: callsSource(library.calls),
	});
	const round = library.python.replaceAll('\n', '\n    ');
	const program = join(folder, 'program.py');
	writeFileSync(program, `${prologue}\nfor i in range(int(sys.argv[2])):\n    ${round}\n    own.calls()\n`);
	return compareGrowth({
		file: start.file,
		env: {PYTHONHASHSEED: '0', LANG: 'C.UTF-8', ...start.env, ...library.env},
		interpreter: target.interpreter.path,
		library: path,
		words: [...start.argv, '-S', '-B', '-s', program, own],
		rounds,
		folder,
	});
}

function tell(code: number, line: string): void {
	process.stdout.write(`${line}\n`);
	status = Math.max(status, code);
}
