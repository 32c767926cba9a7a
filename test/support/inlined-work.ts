/** This file has a Python program that makes the same calls in every round, and counts what one build makes of them. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {FunctionReport} from '../../src/model/report.js';
import {cli} from './cli.js';
import type {Workshop} from './workshop.js';

/** The first rounds fill caches and specialise code; the collector's runs depend on what else there is. */
export const roundsProgram = `
import gc, json, re, struct, operator, sys
gc.disable()
class C:
    def __len__(self): return 3
    def __getitem__(self, i): return i
    def __add__(self, other): return 5
    def __contains__(self, other): return True
c = C()
pattern = re.compile("a(b+)c")
def one():
    for call in (lambda: int("x"), lambda: {}["q"], lambda: [][1], lambda: 1 / 0, lambda: "a" + 1, lambda: c.nope):
        try: call()
        except Exception as error: error.__cause__; error.args; str(error); error.with_traceback(None)
    try: raise ValueError("q") from KeyError(1)
    except ValueError: pass
    json.dumps({"a": [1, 2.5, None, "x"]}); json.loads('{"a": [1, 2.5, null]}'); pattern.sub("x", "abbc")
    list(map(str, range(5))); sorted({1: 2, 3: 1}.items(), key=str); list({"a": 1}.keys()); [1, 2, 3][0:2]; [1] + [2]
    len(c); c[1]; c + 1; 1 in c; operator.itemgetter(0)([1]); operator.concat([1], [2]); struct.pack("<ih", 1, 2)
    "abc".encode("latin-1"); b"abc".decode(); "%d %s" % (3, "x"); f"{3.14:.2f}"; "a,b".split(","); 10 ** 20 // 3; int(" 7 ")
    memoryview(b"abc")[1]; tuple([1, 2]); exec("x = 1"); {1: 2}.copy(); dict(a=1).clear(); [3, 1].sort(); list(iter(int, 0))
    type("T", (C,), {}); (lambda *a, k=2: a)(*[1, 2], k=3)
for _ in range(20 + int(sys.argv[1])): one()
`;

export const rounds = 20;

export interface MadeOf {
	/** Through a call, honored or bypassed, and by a copy: in so many more rounds. */
	readonly called: number;
	readonly copied: number;
	/** Places that are not counted. */
	readonly left: number;
	readonly counted: number;
}

/** By symbol, the difference between n and 2n rounds. */
export function madeIn(work: Workshop, python: string): ReadonlyMap<string, MadeOf> {
	const [some, more] = [1, 2].map(times => functionsOf(work, python, times * rounds));
	return new Map(
		[...(more ?? [])].map(([symbol, after]) => {
			const before = some?.get(symbol);
			return [
				symbol,
				{
					called: callsOf(after) - (before === undefined ? 0 : callsOf(before)),
					copied: (after.inlined?.calls ?? 0) - (before?.inlined?.calls ?? 0),
					left: after.inlined?.left ?? 0,
					counted: after.inlined?.counted ?? 0,
				},
			];
		}),
	);
}

function functionsOf(work: Workshop, python: string, count: number): ReadonlyMap<string, FunctionReport> {
	const file = join(work.folder, `${count}.json`);
	const program = work.file('rounds.py', roundsProgram);
	const {status, stderr} = cli(['run', '--inlined', '--json', file, '--python', python, program, String(count)]);
	if (status !== 0) throw new Error(stderr);
	const {functions}: {readonly functions: readonly FunctionReport[]} = JSON.parse(readFileSync(file, 'utf8'));
	return new Map(functions.map(one => [one.symbol, one]));
}

function callsOf({calls}: FunctionReport): number {
	return calls.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0);
}
