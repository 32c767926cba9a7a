/** This file compiles every probe with every Python of the machine: one text serves 2.7 to 3.15. */

import {execFileSync} from 'node:child_process';
import {dirname} from 'node:path';
import test from 'ava';
import {runner} from '../../src/gather/counted/run.js';
import {installedPythons} from '../../src/target/installed.js';
import {python} from '../support/python.js';

const program = `
import io, os, sys, warnings
warnings.simplefilter('error')
folder = sys.argv[1]
names = [name for name in os.listdir(folder) if name.endswith('.py')]
for name in names:
    with io.open(os.path.join(folder, name), encoding='ascii') as file:
        compile(file.read().encode('ascii'), name, 'exec', 0, True)
print(len(names))
`;

/** A warning, as of a syntax that a later Python will refuse, fails it, too. */
const compiles = test.macro({
	exec(t, path: string) {
		const compiled = Number(execFileSync(path, ['-S', '-B', '-c', program, dirname(runner)], {encoding: 'utf8'}));
		t.true(compiled >= 15, `${compiled} files`);
	},
	title: (_, path) => `the probes compile without a warning under ${path}`,
});

for (const path of new Set([python, ...installedPythons(process.env).elf])) test(compiles, path);
