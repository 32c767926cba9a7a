/** This file shows that entries are counted as a whole or not at all, and that the ledger says why not. */

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {release} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {prepareEntries} from '../../src/gather/prepare-entries.js';
import {layout} from '../../src/ledger/layout.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {type Entered, entered} from '../support/entered.js';
import {machine, needing, x86} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const run = needing(x86);

const library = 'long work(long a); long work(long a) { return a * 3; } long idle(void); long idle(void) { return 0; }';
const main = `
#include <stdio.h>
#include <string.h>
long work(long);
int main(int count, char **words)
{
	char line[4096];
	FILE *maps = count > 1 ? fopen("/proc/self/maps", "r") : NULL;
	while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
		if (strstr(line, " rwx") != NULL || (strstr(line, words[1]) != NULL && strstr(line, " rw-p 00001000") != NULL))
			printf("%s", line);
	printf("%ld", work(2) + work(3));
	return 0;
}
`;

function made(w: Workshop): {readonly interpreter: string; readonly program: string} {
	const interpreter = w.compile('libinterpreter.so', library, ['-O2', '-fPIC', '-shared', '-Wl,-z,separate-code']);
	return {interpreter, program: w.compile('program', main, [interpreter, `-Wl,-rpath,${w.folder}`])};
}

/** Without counters the program does what it does, and counts nothing. */
const refuses = test.macro(
	async (
		t,
		reason: string,
		change: (w: Workshop, interpreter: string) => Partial<Entered> | Promise<Partial<Entered>>,
	) => {
		const w = workshop(t);
		const {interpreter, program} = made(w);
		const request = {command: [program], interpreter, symbols: ['work'], folder: w.folder};
		const seen = await entered({...request, ...(await change(w, interpreter))});
		t.is(seen.stdout, '15', seen.stderr);
		t.is(seen.status, 0);
		t.deepEqual(seen.counters, {patched: 0, reason});
		t.is(seen.entries('work'), 0);
	},
);

run('a file of counters that is not there', refuses, 'the file of entry counters cannot be read', () => ({
	env: {PYINTERPOSE_ENTRIES: '/nowhere'},
}));
run('a file of counters that is empty', refuses, 'the file of entry counters cannot be read', w => ({
	env: {PYINTERPOSE_ENTRIES: w.file('empty', '')},
}));
run('a file of counters that is something else', refuses, 'the file of entry counters is damaged', w => ({
	env: {PYINTERPOSE_ENTRIES: w.file('other', 'x'.repeat(4096))},
}));
run(
	'a file of counters that is cut short',
	refuses,
	'the file of entry counters is damaged',
	async (w, interpreter) => ({
		env: {PYINTERPOSE_ENTRIES: w.file('short', readFileSync(await blobOf(w, interpreter)).subarray(0, 200))},
	}),
);
run(
	'counters for another build',
	refuses,
	'the loaded interpreter is not the file that the entry counters were made for',
	async w => ({
		env: {
			PYINTERPOSE_ENTRIES: await blobOf(w, w.compile('libother.so', library, ['-O0', '-fPIC', '-shared'])),
		},
	}),
);
run(
	'counters whose original bytes are not what is loaded',
	refuses,
	'the code in memory is not the code in the file',
	async (w, interpreter) => {
		const blob = readFileSync(await blobOf(w, interpreter));
		// The first patch's first original byte.
		const first = layout().BLOB_HEADER + layout().PATCH_ORIGINAL_AT;
		blob.writeUInt8(blob.readUInt8(first) ^ 1, first);
		return {env: {PYINTERPOSE_ENTRIES: w.file('changed', blob)}};
	},
);
run('counters for another CPU', refuses, 'the entry counters are for another CPU', async (w, interpreter) => {
	const blob = readFileSync(await blobOf(w, interpreter));
	blob.writeUInt32LE(183, layout().BLOB_MACHINE_AT);
	return {env: {PYINTERPOSE_ENTRIES: w.file('foreign', blob)}};
});
run(
	'counters for more rows than the ledger has',
	refuses,
	'the ledger has too few rows for the entry counters',
	async (w, interpreter) => {
		const functions = [{symbol: 'work', slot: 7}];
		const {blob} = await prepareEntries({elfPath: interpreter, functions, env: {}, folder: w.folder});
		return {env: {PYINTERPOSE_ENTRIES: blob}};
	},
);
run(
	'an interpreter that the program does not load',
	refuses,
	'the interpreter is not loaded when the program starts',
	() => ({
		env: {PYINTERPOSE_INTERPRETER: '1:1'},
	}),
);
run('counters that the loader cannot load', refuses, 'the entry counters did not load', () => ({
	counters: '/nowhere.so',
}));

const forbid = (what: string) => `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/mman.h>
int mprotect(void *at, size_t size, int protection)
{
	static int written;
	int code = size > 4096 * 2;
	written |= code && protection & PROT_WRITE;
	if (${what}) {
		errno = EACCES;
		return -1;
	}
	return ((int (*)(void *, size_t, int))dlsym(RTLD_NEXT, "mprotect"))(at, size, protection);
}`;
/** Enough code for the rule above to know it. */
const large = (w: Workshop) =>
	w.compile('libinterpreter.so', `${library} __asm__(".text; .zero 20000, 0x90");`, [
		'-O2',
		'-fPIC',
		'-shared',
		'-Wl,-z,separate-code',
	]);

run('a system that forbids to write code', refuses, 'the system does not let the process change its code', w => ({
	interpreter: large(w),
	preload: [w.compile('forbid.so', forbid('code && protection & PROT_WRITE'), ['-shared', '-fPIC'])],
}));
run(
	'a system that forbids to execute what was written',
	refuses,
	'the system does not let the process change its code',
	w => ({
		interpreter: large(w),
		preload: [w.compile('forbid.so', forbid('code && written && protection & PROT_EXEC'), ['-shared', '-fPIC'])],
	}),
);

run(
	'a system that forbids executable memory that was written to',
	refuses,
	'the system forbids executable memory that was written to',
	w => ({preload: [w.compile('forbid.so', forbid('protection & PROT_EXEC'), ['-shared', '-fPIC'])]}),
);

const [major = 0, minor = 0] = release().split('.').map(Number);
const knowsMdwe = machine(major > 6 || (major === 6 && minor >= 3), 'a kernel with PR_SET_MDWE (6.3)');

needing(x86, knowsMdwe)('PR_SET_MDWE is told as what it is', async t => {
	const w = workshop(t);
	const under = w.compile(
		'mdwe',
		`#include <sys/prctl.h>
		#include <unistd.h>
		int main(int count, char **words) { if (prctl(65, 1UL, 0UL, 0UL, 0UL)) return 95; execv(words[1], words + 1); return 96; }`,
		// Nothing is preloaded into it.
		['-static'],
	);
	const {interpreter, program} = made(w);
	const ran = await entered({command: [program], under: [under], interpreter, symbols: ['work'], folder: w.folder});
	t.deepEqual([ran.status, ran.stdout], [0, '15']);
	t.is(ran.counters.reason, 'the system forbids executable memory that was written to');
});

async function blobOf(w: Workshop, interpreter: string): Promise<string> {
	const functions = [{symbol: 'work', slot: 0}];
	return (
		await prepareEntries({
			elfPath: interpreter,
			functions,
			toSharedRow: 1,
			env: {XDG_CACHE_HOME: w.folder},
			folder: w.folder,
		})
	).blob;
}

run('the counters stand elsewhere when their place is taken', async t => {
	const w = workshop(t);
	const {interpreter, program} = made(w);
	// Preloaded behind the counters, so that its constructor runs before theirs.
	const occupant = w.compile(
		'occupant.so',
		`#define _GNU_SOURCE
#include <link.h>
#include <string.h>
#include <sys/mman.h>
static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	if (strstr(info->dlpi_name, "libinterpreter.so") == NULL)
		return 0;
	for (long away = -(320l << 20); away < -(192l << 20); away += 16 << 20)
		mmap((void *)(info->dlpi_addr + away), 16 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	return 1;
}
__attribute__((constructor)) static void occupy(void) { dl_iterate_phdr(visit, 0); }`,
		['-shared', '-fPIC'],
	);
	const counters = `${join(nativeFolder, 'entries.so')}:${occupant}`;
	const seen = await entered({command: [program], interpreter, symbols: ['work'], folder: w.folder, counters});
	t.is(seen.stdout, '15', seen.stderr);
	t.deepEqual(seen.counters, {patched: 1, reason: null});
	t.is(seen.entries('work', 'executable'), 2);
});

run('no page is writable and executable, and the code is as its file says again', async t => {
	const w = workshop(t);
	const {interpreter, program} = made(w);
	const seen = await entered({
		command: [program, 'libinterpreter.so'],
		interpreter,
		symbols: ['work', 'idle'],
		folder: w.folder,
	});
	t.is(seen.stdout, '15');
	t.is(seen.entries('work'), 2);
	t.is(seen.entries('idle'), 0);
});

run('counters prepared at once are kept once, and each target has a copy of its own', async t => {
	const w = workshop(t);
	const {interpreter} = made(w);
	const blobs = await Promise.all(Array.from({length: 8}, () => blobOf(w, interpreter)));
	t.is(new Set(blobs).size, 8);
	t.is(new Set(blobs.map(blob => readFileSync(blob, 'latin1'))).size, 1);
	t.is(readdirSync(join(w.folder, 'pyinterpose/entries')).length, 1);
});

run('counters that were kept and damaged since are made anew', async t => {
	const w = workshop(t);
	const {interpreter} = made(w);
	const good = readFileSync(await blobOf(w, interpreter));
	const folder = join(w.folder, 'pyinterpose/entries');
	const kept = join(folder, readdirSync(folder)[0] ?? '');
	const whole = readFileSync(kept);
	for (const damaged of ['', 'damaged', whole.subarray(0, -1), Buffer.concat([whole, whole])]) {
		writeFileSync(kept, damaged);
		t.deepEqual(readFileSync(await blobOf(w, interpreter)), good);
		t.deepEqual(readFileSync(kept), whole);
	}
});
