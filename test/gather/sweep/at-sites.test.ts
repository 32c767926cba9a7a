/** This file holds calls that are counted where they are made to callgrind, and to what the overrides themselves count. */

import {execFileSync, spawnSync} from 'node:child_process';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {gatherStatic} from '../../../src/gather/static.js';
import {prepareShims, readInterpreter, type SweptInterpreter, withShims} from '../../../src/gather/sweep/shims.js';
import {fixOwnAddresses} from '../../../src/ledger/native.js';
import type {Row} from '../../../src/ledger/row.js';
import {callers} from '../../../src/model/claim.js';
import {identity} from '../../../src/process/file-identity.js';
import {withLauncher} from '../../../src/target/launch.js';
import {gatherTargets} from '../../../src/target/targets.js';
import {callgrind, callgrindEnvironment, valgrind} from '../../support/callgrind.js';
import {callersOf} from '../../support/callgrind-stubs.js';
import {python} from '../../support/python.js';
import {systemLibpythons} from '../../support/pythons.js';
import {type Workshop, workshop} from '../../support/workshop.js';

/** Start-up, shutdown and some of the standard library; nothing that depends on time or on another thread. */
const program = `
import json, re
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
for i in range(50):
    try: int("x")
    except ValueError: pass
fib(10)
json.loads(json.dumps([list(range(50)), {'a': [1.5, None, True]}]))
re.sub("(a|b)+", "c", "aabb" * 20)
`;

import {file, needing, x86} from '../../support/needs.js';
import {sum} from '../../support/sum.js';

const signal = new AbortController().signal;
const {env} = process;

interface Swept {
	readonly interpreter: SweptInterpreter;
	readonly shims: readonly [generated: string, runtime: string];
	readonly rows: readonly Row[];
}

async function swept(
	t: ExecutionContext,
	work: Workshop,
	name: string,
	literal: boolean,
	under: readonly string[] = [],
): Promise<Swept> {
	return withLauncher(env, async launch => {
		const surroundings = {env, signal, timeoutSeconds: 60};
		const {targets, failures} = await gatherTargets({kind: 'named', names: [name]}, launch, surroundings);
		const [target] = targets;
		if (target === undefined) throw new Error(failures[0]?.message);
		const {bySymbol} = await gatherStatic(target.interpreter.path, {env});
		const interpreter = readInterpreter(target.interpreter.path, bySymbol);
		const {file, argv, env: own, native} = launch(target.start);
		const request = {...interpreter, entryCounts: true, literal, env, native, folder: work.folder, signal};
		const shims = await prepareShims(request);
		if (shims.kind === 'not-built') throw new Error(shims.reason);
		return withShims(env, shims, join(work.folder, `ledger-${literal}`), async (shimEnv, counts) => {
			const [command = '', ...words] = [...under, file, ...argv, '-S', '-c', program];
			const {status, stderr} = spawnSync(command, words, {
				encoding: 'utf8',
				env: {
					...(under.length === 0 ? {} : callgrindEnvironment),
					PATH: env.PATH,
					PYTHONHASHSEED: '0',
					...own,
					...shimEnv,
					PYINTERPOSE_INTERPRETER: identity(interpreter.interpreter),
				},
			});
			t.is(status, 0, stderr);
			const {ready, noEntries, namesChanged, rows} = counts();
			t.deepEqual({ready, noEntries, namesChanged}, {ready: true, noEntries: null, namesChanged: 0});
			return {interpreter, shims: [basename(shims.paths[0]), basename(shims.paths[1])] as const, rows};
		});
	});
}

const asCallgrind = test.macro(async (t, name: string) => {
	const work = workshop(t);
	const out = join(work.folder, 'callgrind.out');
	const {interpreter, shims, rows} = await swept(t, work, name, false, [...callgrind(out), '--smc-check=all']);
	const own = basename(interpreter.interpreter);
	const made = callersOf(own, shims, out);
	const untold = new Set([...jumpEarly(interpreter.interpreter), ...jumpedToShortly(interpreter.interpreter)]);
	const seen = interpreter.slots.flatMap(({symbol}, slot) => {
		const by = made.get(symbol);
		const {honored = [], bypassed = []} = rows[slot] ?? {};
		if (by === undefined || untold.has(symbol)) return [];
		const column = callers.indexOf('interpreter');
		const all = sum([...by.values()]);
		const inside = by.get(own) ?? 0;
		return [
			{
				counted: `${symbol}: ${sum(honored) + sum(bypassed)}, by the interpreter ${(honored[column] ?? 0) + (bypassed[column] ?? 0)}`,
				callgrind: `${symbol}: ${all}, by the interpreter ${inside}`,
			},
		];
	});
	t.deepEqual(
		seen.map(({counted}) => counted),
		seen.map(({callgrind}) => callgrind),
	);
	t.true(seen.length >= 300, `only ${seen.length} functions are called`);
	t.log(`${seen.length} functions`);
});

const asOverrides = test.macro(async (t, name: string) => {
	const work = workshop(t);
	t.true(fixOwnAddresses());
	const atSites = await swept(t, work, name, false);
	const literal = await swept(t, work, name, true);
	const told = ({interpreter, rows}: Swept) =>
		interpreter.slots.map(({symbol}, slot) => `${symbol} ${totals(rows[slot])}`);
	t.deepEqual(told(atSites), told(literal));
	// Where they name different callers, the site is in the interpreter, and the return address of a tail call is not.
	const column = callers.indexOf('interpreter');
	for (const [slot, row] of atSites.rows.entries()) {
		for (const side of ['honored', 'bypassed'] as const) {
			t.true(
				(row[side][column] ?? 0) >= (literal.rows[slot]?.[side][column] ?? 0),
				atSites.interpreter.slots[slot]?.symbol,
			);
		}
	}
});

/**
 * The functions that end in a jump within their first few instructions, and those that they jump to: such a jump is displaced, so that
 * callgrind sees the stub of the one go on in the other and cannot tell whose stub it is.
 */
function jumpEarly(path: string): ReadonlySet<string> {
	const found = new Set<string>();
	const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', path], {encoding: 'utf8', maxBuffer: 1 << 30});
	let inside = '';
	let line = 0;
	for (const one of text.split('\n')) {
		line += 1;
		const begins = /^[0-9a-f]+ <([^>@]+)[^>]*>:$/.exec(one)?.[1];
		if (begins !== undefined) {
			inside = begins;
			// A stub of the PLT is no function.
			line = one.includes('@plt') ? 6 : 0;
		} else if (line <= 5 && /\tjmp /.test(one)) {
			found.add(inside);
			found.add(/<([^>@+]+)/.exec(one)?.[1] ?? inside);
		}
	}
	return found;
}

/**
 * The functions to which a jump of two bytes leads: it has no room for the way to a stub, so it is counted by the return address, which is
 * that of whoever called the function that jumps (`withShortJumps` of attribute.ts sets the report right).
 */
function jumpedToShortly(path: string): ReadonlySet<string> {
	const text = execFileSync('objdump', ['-d', '--insn-width=16', path], {encoding: 'utf8', maxBuffer: 1 << 30});
	// Its own name alone: what stands behind a plus is a place in a function.
	return new Set(
		[...text.matchAll(/\teb [0-9a-f]{2} +\tjmp +[0-9a-f]+ <([^>@+]+)(?:@@[^>+]*)?>$/gm)].map(([, name = '']) => name),
	);
}

function totals(row: Row | undefined): string {
	return `${sum(row?.honored)} honored, ${sum(row?.bypassed)} bypassed`;
}

const [library] = systemLibpythons();
const libpython = file(library, 'a libpython');
const run = needing(x86).serial;
const embedded = needing(x86, libpython).serial;
const oracle = needing(x86, valgrind).serial;
const embeddedOracle = needing(x86, valgrind, libpython).serial;

run("calls counted at their sites equal the overrides' own counts, on the machine's python3", asOverrides, python);
embedded("so they do on a system's libpython", asOverrides, library ?? '');
oracle("calls counted at their sites equal callgrind's, by caller, on the machine's python3", asCallgrind, python);
embeddedOracle("so they do on a system's libpython, by caller", asCallgrind, library ?? '');
