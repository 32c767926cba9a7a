/** This file times a compute-bound program under the sweep against the same program bare, beside what other tools cost. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {prepareShims, readInterpreter, withShims} from '../../src/gather/sweep/shims.js';
import type {Launch, Target} from '../../src/model/target.js';
import {identity} from '../../src/process/file-identity.js';
import {withLauncher} from '../../src/target/launch.js';
import {gatherTargets} from '../../src/target/targets.js';
import {type BenchRow, type Command, ratioOf, seconds} from './pairs.js';

/** `names` are Pythons and libpythons; each gets its rows. Errors: Error for a name that is neither. */
export async function benchSweep(names: readonly string[]): Promise<BenchRow[]> {
	const {env} = process;
	const signal = new AbortController().signal;
	return withLauncher(env, async launch => {
		const surroundings = {env, signal, timeoutSeconds: 60};
		const {targets, failures} = await gatherTargets({kind: 'named', names}, launch, surroundings);
		if (failures[0] !== undefined) throw new Error(failures[0].message);
		const rows: BenchRow[] = [];
		for (const target of targets) rows.push(...(await benchTarget(target, launch(target.start), signal)));
		const [first] = targets;
		return first === undefined ? rows : [...rows, ...benchTools(first, launch(first.start))];
	});
}

async function benchTarget(target: Target, launch: Launch, signal: AbortSignal): Promise<BenchRow[]> {
	const {env} = process;
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	const request = {...readInterpreter(target.interpreter.path), env, folder, signal};
	const rows: BenchRow[] = [];
	try {
		for (const {how, entryCounts, literal, bound} of ways) {
			const shims = await prepareShims({...request, entryCounts, literal});
			if (shims.kind === 'not-built') throw new Error(shims.reason);
			await withShims(env, shims, join(folder, `ledger-${entryCounts}-${literal}`), async added => {
				const extra = {...added, PYINTERPOSE_INTERPRETER: identity(target.interpreter.path)};
				const name = `${how} / bare, on ${target.id}`;
				const ratio = ratioOf(
					() => seconds(program(launch, workload, extra)),
					() => seconds(program(launch, workload)),
					pairs,
				);
				rows.push({what: name, ratio, pairs, bound});
				if (!entryCounts || literal) return;
				const growth = ratioOf(
					() => startGrowth(launch, extra),
					() => longestGrowth,
					pairs,
				);
				rows.push({what: `start-up's growth by it / 25 ms, on ${target.id}`, ratio: growth, pairs, bound: 1});
			});
		}
	} finally {
		rmSync(folder, {recursive: true});
	}
	return rows;
}

const ways = [
	{how: 'the sweep without entry counts', entryCounts: false, literal: false, bound: null},
	{how: 'the sweep, literally', entryCounts: true, literal: true, bound: 1.4},
	{how: 'the sweep', entryCounts: true, literal: false, bound: 1.3},
] as const;

const pairs = 15;
const longestGrowth = 0.025;

function startGrowth(launch: Launch, extra: NodeJS.ProcessEnv): number {
	const swept = seconds(program(launch, 'pass', extra));
	return swept - seconds(program(launch, 'pass'));
}

function program({file, argv, env}: Launch, code: string, extra: NodeJS.ProcessEnv = {}): Command {
	const {PATH, HOME} = process.env;
	return {file, argv: [...argv, '-S', '-c', code], env: {PATH, HOME, PYTHONHASHSEED: '0', ...env, ...extra}};
}

/** About half a second: attributes, calls, containers, text, exceptions, one extension module. */
const workload = `
import json
class Thing(object):
    def __init__(self, value): self.value = value
    def next(self): return self.value + 1
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
total = 0
for i in range(240):
    made = {}
    for j in range(1000):
        made[j] = Thing(j).next()
        total += made[j] * 3 // 2
    text = ",".join(str(x) for x in made.values())
    total += len(text.split(","))
    json.loads(json.dumps({"a": list(range(100)), "b": text[:100]}))
    try: int("x")
    except ValueError: total += 1
total += fib(24)
`;

/** What counting one function costs with the tools that there are; the sweep counts all. */
function benchTools(target: Target, launch: Launch): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		return tools(folder).flatMap(tool => benchTool(tool, target, launch));
	} finally {
		rmSync(folder, {recursive: true});
	}
}

function benchTool({name, before, pairs}: Tool, target: Target, launch: Launch): BenchRow[] {
	if (spawnSync(name, ['--version'], {stdio: 'ignore'}).error !== undefined) return [];
	const bare = program(launch, small);
	const under = {...bare, file: name, argv: [...before, bare.file, ...bare.argv]};
	try {
		const ratio = ratioOf(
			() => seconds(under),
			() => seconds(bare),
			pairs,
		);
		return [{what: `${name} / bare, on ${target.id}`, ratio, pairs, bound: null}];
	} catch {
		// A tool that cannot follow a Python here (no permission, no symbols) has no row.
		return [];
	}
}

/** One function each, where a tool can be told so. Slow ones are timed on less, and fewer times. */
const small = `
for i in range(3000):
    try: int("x")
    except ValueError: pass
`;

interface Tool {
	readonly name: string;
	readonly before: readonly string[];
	readonly pairs: number;
}

function tools(folder: string): readonly Tool[] {
	const gdb = ['set breakpoint pending on', 'break PyErr_Occurred', 'ignore 1 100000000', 'run'];
	return [
		{name: 'ltrace', before: ['-c', '-e', 'PyErr_Occurred'], pairs: 3},
		{
			name: 'uftrace',
			before: ['record', '--no-libcall', '-P', 'PyErr_Occurred', '-d', join(folder, 'uftrace')],
			pairs: 3,
		},
		{name: 'gdb', before: ['-q', '-batch', ...gdb.flatMap(word => ['-ex', word]), '--args'], pairs: 1},
		{name: 'valgrind', before: ['-q', '--tool=callgrind', '--callgrind-out-file=/dev/null'], pairs: 1},
	];
}
