/** This file has the programs that runs are timed with, and starts a target on one. */

import type {Launch} from '../../src/model/target.js';
import type {Command} from './pairs.js';

export function program({file, argv, env}: Launch, code: string, extra: NodeJS.ProcessEnv = {}): Command {
	const {PATH, HOME} = process.env;
	return {file, argv: [...argv, '-S', '-c', code], env: {PATH, HOME, PYTHONHASHSEED: '0', ...env, ...extra}};
}

/** About half a second: attributes, calls, containers, text, exceptions, one extension module. */
export const workload = `
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

/** For tools that are slow: fewer of the same calls. */
export const small = workload.replace('range(240)', 'range(24)').replace('fib(24)', 'fib(19)');
/** For tools that stop the program at each call. */
export const tiny = 'for i in range(1000):\n    try: int("x")\n    except ValueError: pass\n';
