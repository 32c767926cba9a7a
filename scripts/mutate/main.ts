/** This file runs the mutants, one after the other, in a copy of the project. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {withCopy} from './copy.js';
import {mutants} from './mutants.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const patterns = process.argv.slice(2);
const chosen = mutants.filter(
	({wrong, file}) => patterns.length === 0 || patterns.some(pattern => `${wrong} ${file}`.includes(pattern)),
);

const stale = chosen.filter(({file, find}) => readFileSync(`${root}${file}`, 'utf8').split(find).length !== 2);
for (const {wrong, file} of stale) say(`stale: ${file} has not exactly one such place: ${wrong}`);
if (stale.length > 0 || chosen.length === 0) process.exit(2);

const counts = await withCopy(root, async copy => {
	// A test that fails without a mutant would kill every one. A loaded machine may fail it once.
	const files = [...new Set(chosen.flatMap(({tests}) => tests))];
	const unsound = files.filter(file => copy.test([file]) !== 'passed' && copy.test([file]) !== 'passed');
	for (const file of unsound) say(`fails without any mutant: ${file}`);
	const counts = {killed: 0, refused: 0, survived: 0, undecided: 0};
	for (const mutant of chosen) {
		const outcome = mutant.tests.some(file => unsound.includes(file)) ? 'undecided' : copy.mutated(mutant);
		const by =
			outcome === 'killed' ? (/✘ (?:\[fail\]: )?(.*)/.exec(copy.said())?.[1] ?? 'an error outside of tests') : '';
		say(`${outcome}: ${mutant.wrong} (${mutant.file})${by === '' ? '' : ` by ${by}`}`);
		counts[outcome] += 1;
	}
	return counts;
});
const {killed, refused, survived, undecided} = counts;
say(
	`${chosen.length} mutants, ${killed} killed by tests, ${refused} refused by the compiler, ${survived} survived, ${undecided} undecided`,
);
process.exitCode = killed + refused === chosen.length ? 0 : 1;

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
