/** This file tests that `run` says how many of a program's calls of libc an override sees, and why it does not see the others. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {FunctionReport} from '../../src/model/report.js';
import {cli} from '../support/cli.js';
import {anyLibpython, embedder} from '../support/embedder.js';
import {file, needing} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const library = anyLibpython();
/** Of a distribution's development files: everything that a static Python is made of. */
const archive = ['/usr/lib', '/usr/lib64']
	.flatMap(root => (existsSync(root) ? readdirSync(root).map(name => join(root, name)) : []))
	.filter(folder => /\/python3\.\d+$/.test(folder))
	.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
	.filter(folder => /\/config-3/.test(folder))
	.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
	.find(path => /\/libpython3\.\d+\.a$/.test(path));

/** Hands everything on to libc by names that no override has. */
const allocator = `
	#include <stddef.h>
	extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
	extern void __libc_free(void *);
	extern int Py_BytesMain(int, char **);
	VISIBILITY void *malloc(size_t size) { return __libc_malloc(size); }
	VISIBILITY void *calloc(size_t items, size_t size) { return __libc_calloc(items, size); }
	VISIBILITY void *realloc(void *memory, size_t size) { return __libc_realloc(memory, size); }
	VISIBILITY void free(void *memory) { __libc_free(memory); }
	int main(int count, char **words) { return Py_BytesMain(count, words); }`;

function ran(work: Workshop, program: string): {readonly report: string; readonly calls: (symbol: string) => object[]} {
	const path = join(work.folder, 'counted.json');
	const words = ['run', '--report', '--json', path, '--python', program, '-c', 'for _ in range(500): bytearray(9000)'];
	const script = work.file('script.py', 'for _ in range(500): bytearray(9000)\n');
	const asProgram = ['run', '--report', '--json', path, '--', program, '-S', '-E', script];
	const {status, stderr} = cli(program.endsWith('embedded') ? asProgram : words);
	if (status !== 0) throw new Error(stderr);
	const {functions} = JSON.parse(readFileSync(path, 'utf8')) as {functions: readonly FunctionReport[]};
	const calls = (symbol: string) => [...(functions.find(one => one.symbol === symbol)?.calls ?? [])];
	return {report: stderr.replace(/\s+/g, ' '), calls};
}

const by = (caller: string, calls: object[]) => calls.find(one => (one as {caller: string}).caller === caller);
const definedByExecutable = (bypassed: number | null) => ({
	kind: 'bypassed',
	bypassed,
	because: 'executable-defines-it',
});

needing(file(library))("a program's mallocs are counted, and all of them ran the override", t => {
	const work = workshop(t);
	const {report, calls} = ran(work, embedder(work, library ?? ''));
	const row = by('interpreter', calls('malloc')) as {honored: number; bypassed: number};
	t.true(row.honored > 500);
	t.is(row.bypassed, 0);
	t.like(row, {verdict: {kind: 'honored'}});
	t.regex(report, /Of libc's functions for memory, time and files \d+ were called: all [\d,]+ calls \(100%\)/);
});

needing(file(library))("an executable's own allocator passes the override by, and is told with its calls", t => {
	const work = workshop(t);
	const {report, calls} = ran(work, embedder(work, library ?? '', allocator.replaceAll('VISIBILITY', '')));
	// The interpreter's calls run the executable's function, and that one makes the calls that enter libc.
	t.like(by('interpreter', calls('malloc')), {honored: 0, bypassed: 0, verdict: definedByExecutable(null)});
	const row = by('executable', calls('malloc')) as {bypassed: number};
	t.true(row.bypassed > 500);
	t.like(row, {honored: 0, verdict: definedByExecutable(row.bypassed)});
	t.like(by('interpreter', calls('read')), {bypassed: 0, verdict: {kind: 'honored'}});
	t.notRegex(report, /all [\d,]+ calls \(100%\) ran an override/);
});

needing(file(archive, 'a libpython.a'))("so does an allocator that is hidden in a static Python's executable", t => {
	const work = workshop(t);
	const hidden = allocator.replaceAll('VISIBILITY', '__attribute__((visibility("hidden")))');
	const whole = ['-Wl,--whole-archive', archive ?? '', '-Wl,--no-whole-archive'];
	const program = work.compile('python', hidden, [
		'-no-pie',
		'-rdynamic',
		'-w',
		...whole,
		// Debian's libpython3.13.a refers to hash functions that are in no archive: nobody calls them here.
		'-Wl,--unresolved-symbols=ignore-in-object-files',
		...['m', 'z', 'expat', 'dl', 'pthread', 'util'].map(name => `-l${name}`),
	]);
	const row = by('interpreter', ran(work, program).calls('malloc')) as {bypassed: number};
	t.true(row.bypassed > 500);
	t.like(row, {honored: 0, verdict: definedByExecutable(row.bypassed)});
});
