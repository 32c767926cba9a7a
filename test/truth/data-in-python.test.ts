/**
 * This file compares what is predicted of an override of a variable of real Pythons with what they do. `python -B` writes 1 to
 * Py_DontWriteBytecodeFlag: to that of a preload library where the interpreter uses the override, else to another.
 */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {ExecutionContext} from 'ava';
import {dataEvidence} from '../../src/binding/data-evidence.js';
import {readElf} from '../../src/elf/elf.js';
import type {DataVerdict} from '../../src/model/data.js';
import {debianPython} from '../support/debian-python.js';
import {builtAs} from '../support/lab-built.js';
import {given, machine, needing, program} from '../support/needs.js';
import {interpreterOf, systemLibpythons, systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const variable = 'Py_DontWriteBytecodeFlag';
/** The override's value, and what the definition is that everybody finds. */
const ask = `
import ctypes, sys
read = lambda library: ctypes.c_int.in_dll(ctypes.CDLL(library), '${variable}').value
print(read(sys.argv[1]), read(None))
`;

const debians = systemLibpythons().find(path => /libpython3\.\d+\.so/.test(path)) ?? '';
const embedding =
	'int Py_BytesMain(int, char **); int main(int count, char **words) { return Py_BytesMain(count, words); }';
/** As a program does that looks at the flag: without -fPIC it takes the flag's address to be its own. */
const looking = `int Py_BytesMain(int, char **); extern int ${variable}; int main(int count, char **words) { return Py_BytesMain(count, words) + 0 * ${variable}; }`;

for (const [name, python] of [
	['Debian’s python3', debianPython()],
	['the system’s Python', systemPython()],
	...['shared', 'shared-nsi-lto', 'shared-symbolic-functions'].map(
		lab => [`the lab's ${lab}`, builtAs(lab)?.python ?? null] as const,
	),
] as const) {
	// The lab's are built where LAB is set, or a builder has been before; no package gives them.
	needing(program('cc'), machine(python !== null, name))(
		`${name} writes -B to an override of its flag, or to its own, as its file says`,
		predictedAndSeen,
		() => python ?? '',
	);
}

needing(program('cc'), given(debians !== '', 'a libpython of the system'))(
	'Debian’s libpython, whose functions are bound, writes -B to an override of its flag, as its file says',
	predictedAndSeen,
	(t: ExecutionContext) => workshop(t).compile('embedding', embedding, [debians]),
);

needing(program('cc'), given(debians !== '', 'a libpython of the system'))(
	'where the program has a copy of the flag, libpython writes to the copy and never to the override, as the program’s file says',
	predictedAndSeen,
	(t: ExecutionContext) => workshop(t).compile('looking', looking, [debians, '-fno-pic', '-no-pie', '-O0']),
);

function predictedAndSeen(t: ExecutionContext, pythonOf: (t: ExecutionContext) => string): void {
	const python = pythonOf(t);
	const override = workshop(t).compile('override.so', `int ${variable} = 0;`, ['-shared', '-fPIC']);
	const run = (...words: string[]) =>
		execFileSync(python, [...words, '-E', '-S', '-c', ask, override], {
			encoding: 'utf8',
			env: {LD_PRELOAD: override, LD_LIBRARY_PATH: dirname(interpreterOf(python))},
		})
			.trim()
			.split(' ')
			.map(Number);
	const verdicts = [python, interpreterOf(python)].map(verdictOf);
	t.true(
		['preemptible', 'bound', 'copied'].includes(verdicts.find(verdict => verdict !== null) ?? ''),
		String(verdicts),
	);
	const isReached = verdicts.every(verdict => verdict === null || verdict === 'preemptible');
	t.deepEqual(run('-B'), [isReached ? 1 : 0, 1]);
	// What is not asked for is written nowhere.
	t.deepEqual(run(), [0, 0]);
}

/** Null where the file does not define it. */
function verdictOf(path: string): DataVerdict | null {
	const {symbols} = dataEvidence(readElf(readFileSync(path)));
	return symbols.find(({symbol}) => symbol === variable)?.verdict ?? null;
}
