/** This file runs a program under a sweep and under callgrind, in one process, and gives for each function what each of them saw. */

import {spawnSync} from 'node:child_process';
import {basename, join} from 'node:path';
import {firstAbove} from '../../src/binding/code/first-above.js';
import {prepareShims, readInterpreter, withShims} from '../../src/gather/sweep/shims.js';
import {identity} from '../../src/process/file-identity.js';
import {withLauncher} from '../../src/target/launch.js';
import {gatherTargets} from '../../src/target/targets.js';
import {callgrind, callgrindEnvironment, callsInto} from './callgrind.js';
import {callsAside} from './callgrind-stubs.js';
import {sum} from './sum.js';

/** Start-up, shutdown and some of the standard library: interpreter, extension, library and executable callers. */
const program = `
import json, re, threading
for i in range(50):
    try: int("x")
    except ValueError: pass
json.loads(json.dumps([list(range(50)), {'a': [1.5, None, True]}]))
re.sub("(a|b)+", "c", "aabb" * 20)
thread = threading.Thread(target=sorted, args=([3, 1, 2],)); thread.start(); thread.join()
`;

const {env} = process;

export interface SeenCalls {
	readonly symbol: string;
	/** By the sweep. */
	readonly honored: number;
	readonly bypassed: number;
	/** By callgrind. */
	readonly ran: number;
	readonly entered: number;
}

export interface SweptUnderCallgrind {
	readonly id: string;
	/** Those that either of them saw called. */
	readonly functions: readonly SeenCalls[];
	/** Those whose entries the sweep says that it does not count, with the reason. */
	readonly left: ReadonlyMap<string, string>;
}

/** Errors: why the target could not be swept, or run under callgrind. */
export async function sweptUnderCallgrind(name: string, folder: string): Promise<SweptUnderCallgrind> {
	const signal = new AbortController().signal;
	const out = join(folder, 'callgrind.out');
	return withLauncher(env, async launch => {
		const {targets, failures} = await gatherTargets({kind: 'named', names: [name]}, launch, {
			env,
			signal,
			timeoutSeconds: 60,
		});
		const target = targets[0];
		if (target === undefined) throw new Error(failures[0]?.message);
		const {file, argv, env: own, native} = launch(target.start);
		const interpreter = readInterpreter(target.interpreter.path);
		const shims = await prepareShims({...interpreter, native, entryCounts: true, literal: true, env, folder, signal});
		if (shims.kind === 'not-built') throw new Error(shims.reason);
		return withShims(env, shims, join(folder, 'ledger'), async (shimEnv, counts) => {
			const [tool = '', ...words] = [...callgrind(out), '--smc-check=all', file, ...argv, '-S', '-c', program];
			const {status, stderr} = spawnSync(tool, words, {
				encoding: 'utf8',
				env: {
					...callgrindEnvironment,
					PATH: env.PATH,
					...own,
					...shimEnv,
					PYINTERPOSE_INTERPRETER: identity(interpreter.interpreter),
				},
			});
			const {ready, noEntries, rows} = counts();
			if (status !== 0) throw new Error(`it ends with ${status} under callgrind: ${stderr}`);
			if (!ready || noEntries !== null) throw new Error(noEntries ?? 'the sweep was not ready');
			const honored = callsInto(basename(shims.paths[0]), out, [basename(shims.paths[0])]);
			const entered = callsInto(basename(interpreter.interpreter), out);
			const left = callsAside(basename(interpreter.interpreter), out);
			// What could not be counted is told so: it is unknown, not none.
			const untold = new Set(shims.entries?.left.map(({symbol}) => symbol));
			const recursive = callThemselves(interpreter.interpreter);
			const functions = interpreter.slots.flatMap(({symbol}, slot) => {
				const h = sum(rows[slot]?.honored);
				const b = sum(rows[slot]?.bypassed);
				const all = entered.get(symbol) ?? 0;
				const ran = honored.get(symbol) ?? 0;
				if ((h === 0 && b === 0 && all === 0) || untold.has(symbol)) return [];
				// Every call goes on in a stub, and jumps back, which callgrind takes for one call more; but for a function of which
				// all instructions are displaced. One that calls itself goes to the stub each time, and enters only at the others' calls.
				const went = recursive.has(symbol) ? (left.get(symbol) ?? 0) : b;
				const back = all === b ? 0 : ran + went;
				return [{symbol, honored: h, bypassed: b, ran, entered: all - back}];
			});
			const uncounted = new Map(shims.entries?.left.map(({symbol, reason}) => [symbol, reason]));
			return {id: target.id, functions: functions.filter(({symbol}) => !uncounted.has(symbol)), left: uncounted};
		});
	});
}

/** The functions in whose own code, or in a part of it elsewhere that it jumps into, objdump shows a direct call of themselves. */
function callThemselves(path: string): ReadonlySet<string> {
	const output = (tool: string, ...words: string[]) =>
		// Readelf ends with 1 where a file of debug information is missing.
		spawnSync(tool, [...words, path], {encoding: 'utf8', maxBuffer: 1 << 30}).stdout.split('\n');
	const own = new Map<string, Span>();
	for (const line of output('nm', '-D', '--defined-only', '-S')) {
		const [, value = '', size = '', name = ''] = /^([0-9a-f]+) ([0-9a-f]+) \w ([^@]+)/.exec(line) ?? [];
		const low = Number.parseInt(value, 16);
		own.set(name, {low, high: low + Number.parseInt(size, 16)});
	}
	const begins = new Set([...own.values()].map(({low}) => low));
	// A part has a frame description of its own, and no name where the file was stripped.
	const parts = output('readelf', '--debug-dump=frames')
		.flatMap(line => {
			const [, low, high] = / FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)$/.exec(line) ?? [];
			return low === undefined || high === undefined
				? []
				: [{low: Number.parseInt(low, 16), high: Number.parseInt(high, 16)}];
		})
		.filter(({low}) => !begins.has(low))
		.sort((one, other) => one.low - other.low);
	const lows = parts.map(({low}) => low);
	const partWith = (address: number) => {
		const part = parts[firstAbove(lows, address) - 1];
		return part !== undefined && address < part.high ? part.low : null;
	};
	const jumps = new Map<string, Set<number | null>>();
	const calls: {readonly at: number; readonly callee: string}[] = [];
	let inside = '';
	for (const line of output('objdump', '-d', '--no-show-raw-insn')) {
		inside = /^[0-9a-f]+ <([^>@]+)(?:@[^>]*)?>:$/.exec(line)?.[1] ?? inside;
		const [, place = '', form = '', to = '', name = ''] =
			/^ *([0-9a-f]+):\s+(call|j\w+) +([0-9a-f]+) <([^>@]+)(?:@[^>]*)?>$/.exec(line) ?? [];
		const [at, target] = [Number.parseInt(place, 16), Number.parseInt(to, 16)];
		if (form === 'call' && own.get(name)?.low === target) calls.push({at, callee: name});
		else if (
			form !== '' &&
			at < (own.get(inside)?.high ?? 0) &&
			(target >= (own.get(inside)?.high ?? 0) || target < (own.get(inside)?.low ?? 0))
		) {
			jumps.set(inside, (jumps.get(inside) ?? new Set()).add(partWith(target)));
		}
	}
	return new Set(
		calls.flatMap(({at, callee}) => {
			const {low = 0, high = 0} = own.get(callee) ?? {};
			const part = partWith(at);
			return (at >= low && at < high) || (part !== null && jumps.get(callee)?.has(part) === true) ? [callee] : [];
		}),
	);
}

interface Span {
	readonly low: number;
	readonly high: number;
}
