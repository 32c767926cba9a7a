/** This file runs the mutants, one after the other, in a copy of the project. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {withCopy} from './copy.js';
import type {Mutant} from './mutant.js';
import {mutants} from './mutants.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const patterns = process.argv.slice(2);
const chosen = mutants.filter(
	({wrong, file}) => patterns.length === 0 || patterns.some(pattern => `${wrong} ${file}`.includes(pattern)),
);

const stale = chosen.filter(({file, find}) => readFileSync(`${root}${file}`, 'utf8').split(find).length !== 2);
for (const {wrong, file} of stale) say(`stale: ${file} has not exactly one such place: ${wrong}`);
if (stale.length > 0 || chosen.length === 0) process.exit(2);

const survivors = await withCopy(root, async copy => {
	const tests = [...new Set(chosen.flatMap(({tests}) => tests))];
	// A test that fails without a mutant would kill every one.
	const sound = copy.test(tests);
	if (sound !== 'passed') throw new Error(`Without any mutant the tests do not pass:\n${copy.said()}`);
	const survivors: Mutant[] = [];
	for (const mutant of chosen) {
		const outcome = copy.mutated(mutant);
		say(`${outcome}: ${mutant.wrong} (${mutant.file})`);
		if (outcome === 'survived') survivors.push(mutant);
	}
	return survivors;
});
say(`${chosen.length} mutants, ${chosen.length - survivors.length} killed, ${survivors.length} survived`);
process.exitCode = survivors.length === 0 ? 0 : 1;

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
