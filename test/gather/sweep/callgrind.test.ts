/** This file compares what a sweep counts with what callgrind sees of the same process: equal to the call, for every function. */

import {execFileSync, spawnSync} from 'node:child_process';
import {basename, join} from 'node:path';
import test from 'ava';
import {prepareShims, readInterpreter, withShims} from '../../../src/gather/sweep/shims.js';
import {identity} from '../../../src/process/file-identity.js';
import {withLauncher} from '../../../src/target/launch.js';
import {gatherTargets} from '../../../src/target/targets.js';
import {callgrind, callgrindEnvironment, callsInto, valgrind} from '../../support/callgrind.js';
import {callsAside} from '../../support/callgrind-stubs.js';
import {python} from '../../support/python.js';
import {systemLibpythons} from '../../support/pythons.js';
import {workshop} from '../../support/workshop.js';

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

import {file, needing} from '../../support/needs.js';
import {sum} from '../../support/sum.js';

const signal = new AbortController().signal;
const {env} = process;

const agrees = test.macro(async (t, name: string) => {
	const work = workshop(t);
	const out = join(work.folder, 'callgrind.out');
	await withLauncher(env, async launch => {
		const {targets, failures} = await gatherTargets({kind: 'named', names: [name]}, launch, {
			env,
			signal,
			timeoutSeconds: 60,
		});
		const target = targets[0];
		if (target === undefined) return t.fail(failures[0]?.message);
		const {file, argv, env: own} = launch(target.start);
		const interpreter = readInterpreter(target.interpreter.path);
		const shims = await prepareShims({
			...interpreter,
			entryCounts: true,
			literal: true,
			env,
			folder: work.folder,
			signal,
		});
		if (shims.kind === 'not-built') return t.fail(shims.reason);
		await withShims(env, shims, join(work.folder, 'ledger'), async (shimEnv, counts) => {
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
			t.is(status, 0, stderr);
			const {ready, noEntries, rows} = counts();
			t.true(ready);
			t.is(noEntries, null);
			const honored = callsInto(basename(shims.paths[0]), out, [basename(shims.paths[0])]);
			const entered = callsInto(basename(interpreter.interpreter), out);
			const left = callsAside(basename(interpreter.interpreter), out);
			const recursive = callThemselves(interpreter.interpreter);
			const seen = interpreter.slots.flatMap(({symbol}, slot) => {
				const h = sum(rows[slot]?.honored);
				const b = sum(rows[slot]?.bypassed);
				const all = entered.get(symbol) ?? 0;
				const ran = honored.get(symbol) ?? 0;
				if (h === 0 && b === 0 && all === 0) return [];
				// Every call goes on in a stub, and jumps back, which callgrind takes for one call more; but for a function of which
				// all instructions are displaced. One that calls itself goes to the stub each time, and enters only at the others' calls.
				const went = recursive.has(symbol) ? (left.get(symbol) ?? 0) : b;
				const back = all === b ? 0 : ran + went;
				return [{symbol, h, b, honored: ran, entered: all - back}];
			});
			t.deepEqual(
				seen.map(({symbol, h, b}) => `${symbol}: ${h} honored, ${b} bypassed`),
				seen.map(one => `${one.symbol}: ${one.honored} honored, ${one.entered} bypassed`),
			);
			t.true(seen.length >= 30, 'too few functions are called to compare');
			t.log(
				`${target.id}: ${seen.length} functions, ${sum(seen.map(({h}) => h))} honored, ${sum(seen.map(({b}) => b))} bypassed`,
			);
		});
	});
});

/** The functions in whose code objdump shows a direct call of themselves. */
function callThemselves(path: string): ReadonlySet<string> {
	const found = new Set<string>();
	let inside = '';
	const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', path], {encoding: 'utf8', maxBuffer: 1 << 30});
	for (const line of text.split('\n')) {
		inside = /^[0-9a-f]+ <([^>]+)>:$/.exec(line)?.[1] ?? inside;
		if (line.includes('call') && line.endsWith(`<${inside}>`)) found.add(inside.replace(/@.*/, ''));
	}
	return found;
}

needing(valgrind).serial("honored and bypassed calls equal callgrind's, on the machine's python3", agrees, python);
const library = systemLibpythons()[0];
needing(valgrind, file(library, 'a libpython')).serial(
	"honored and bypassed calls equal callgrind's, on a system's libpython",
	agrees,
	library ?? '',
);
