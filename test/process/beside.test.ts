/** This file runs commands with a second thread and without one: they tell the same, in the same words. */

import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {readHeader} from '../../src/elf/header.js';
import {readSections} from '../../src/elf/sections.js';
import {cliPath, folder} from '../support/cli.js';
import {machine, needing, program} from '../support/needs.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

const source = `
int answer(int question) { return question * 6 + 7; }
int often(int question) { return answer(question) ^ 3; }
`;
const flags = ['-shared', '-fPIC', '-O2', '-g', '-fno-semantic-interposition'];

interface Told {
	readonly status: number | null;
	readonly stdout: string;
	readonly threads: number;
}

/** Node itself says of each thread that it starts. */
function run(words: readonly string[], cache: string, before: readonly string[] = []): Told {
	const [file = '', ...argv] = [...before, process.execPath, cliPath, ...words];
	const env = {...process.env, XDG_CACHE_HOME: cache, NODE_DEBUG: 'worker'};
	const {status, stdout, stderr} = spawnSync(file, argv, {env, encoding: 'utf8', maxBuffer: 1 << 28});
	return {status, stdout, threads: stderr.match(/create new worker/g)?.length ?? 0};
}

const onOne = ['taskset', '-c', '0'];
const onTwo = needing(machine(availableParallelism() > 1, 'a second processor'), program('taskset'));

onTwo('an inspection reads debug information in a second thread, and tells the same without one', t => {
	const path = workshop(t).compile('libanswer.so', source, flags);
	const cache = folder(t);
	const [two, one] = [run(['inspect', '--json', path], cache), run(['inspect', '--json', path], folder(t), onOne)];
	t.deepEqual([two.threads, one.threads], [1, 0]);
	t.deepEqual([two.status, two.stdout], [one.status, one.stdout]);
	t.regex(two.stdout, /"inlined": \{"places": 1, "functions": 1, "reason": null\}/);
});

onTwo('where few files may be open, no thread is started, and the same is told', t => {
	const path = workshop(t).compile('libanswer.so', source, flags);
	const few = ['bash', '-c', 'ulimit -n 60; exec "$@"', 'bash'];
	const [many, alone] = [run(['inspect', '--json', path], folder(t)), run(['inspect', '--json', path], folder(t), few)];
	t.deepEqual([many.threads, alone.threads], [1, 0]);
	t.deepEqual([many.status, many.stdout], [alone.status, alone.stdout]);
});

onTwo('what is damaged is told in the same words', t => {
	const path = workshop(t).compile('libanswer.so', source, flags);
	const content = readFileSync(path);
	const {bytes, header} = readHeader(content);
	const information = readSections(bytes, header).find(({name}) => name === '.debug_info');
	content.fill(0xee, (information?.offset ?? 0) + 16, (information?.offset ?? 0) + (information?.size ?? 0));
	writeFileSync(path, content);
	const words = ['inspect', '--json', path];
	const [two, one] = [run(words, folder(t)), run(words, folder(t), onOne)];
	t.deepEqual([two.threads, one.threads], [1, 0]);
	t.deepEqual([two.status, two.stdout], [one.status, one.stdout]);
	t.regex(two.stdout, /"inlined": \{"places": null, "functions": null, "reason": "\w/);
});

onTwo('a check starts one thread, none with --jobs 1, and none where all is kept', t => {
	t.timeout(240_000);
	const cache = folder(t);
	const words = ['check', '--json', '--skip-exit-code', python];
	const [first, alone] = [run(words, cache), run([...words, '--jobs', '1'], folder(t))];
	t.deepEqual([first.threads, alone.threads], [1, 0]);
	t.is(first.stdout, alone.stdout);
	t.like(run(words, cache), {threads: 0, stdout: first.stdout});
});
