/** This file holds the check of a blob of entry counters, which runs in other processes, to a million broken ones. */

import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {exportedFunctions} from '../../src/binding/exports.js';
import {readElf} from '../../src/elf/elf.js';
import {encodeBlob} from '../../src/entries/blob.js';
import {planEntries} from '../../src/entries/plan.js';
import {loadX8664Entries} from '../../src/entries/x86-64/stub.js';
import {layout} from '../../src/ledger/layout.js';
import {needing, x86} from '../support/needs.js';
import {root} from '../support/packaging.js';
import {workshop} from '../support/workshop.js';

/** Half of the functions are protected, and so called directly; the others through the PLT. Both behind what is displaced. */
const library = Array.from({length: 12}, (_, at) => {
	const visibility = at % 2 === 0 ? '' : '__attribute__((visibility("protected"))) ';
	const call = at < 2 ? 'y' : `f${at - 2}(y) + 1`;
	return `${visibility}__attribute__((noipa)) int f${at}(int x) { volatile int y = x / ${at + 2}; y *= x; return ${call}; }`;
});

needing(x86)('of a million broken blobs each is refused, or promises nothing that it does not hold', async t => {
	const seed = process.env.PYINTERPOSE_SEED ?? String(Date.now() % 2 ** 31);
	t.log(`PYINTERPOSE_SEED=${seed}`);
	const {status, stdout, stderr} = await broken(t, seed, []);
	t.is(status, 0, stdout + stderr);
	const [, read, refused] = /^(\d+) read, (\d+) refused$/m.exec(stdout) ?? [];
	t.true(Number(read) > 10_000, stdout);
	t.true(Number(refused) > 10_000, stdout);
});

needing(x86)('a check that accepts whatever is long enough is caught', async t => {
	const {status, stderr} = await broken(t, '1', ['-DCONTROL']);
	t.not(status, 0);
	t.regex(stderr, /AddressSanitizer|runtime error/);
});

async function broken(t: ExecutionContext, seed: string, flags: readonly string[]) {
	const work = workshop(t);
	const path = work.compile('lib.so', library.join('\n'), ['-O2', '-fPIC', '-shared']);
	const elf = readElf(readFileSync(path));
	const machine = loadX8664Entries(layout());
	const wanted = exportedFunctions(elf).map(({name}, slot) => ({symbol: name, slot}));
	const blob = join(work.folder, 'blob');
	const plan = planEntries(elf, wanted, machine, new Set());
	const calls = await machine.redirectedCalls?.(elf, plan, wanted);
	// Every part of a blob has something in it.
	t.true((calls?.names.length ?? 0) > 0);
	t.deepEqual([...new Set(calls?.calls.map(({kind}) => kind))].sort(), ['bound', 'named']);
	writeFileSync(blob, encodeBlob(elf, plan, machine, 1, calls));
	const source = join(root, 'test/native/blob-broken.c');
	const sanitized = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
	const program = work.compile('broken', `#include "${source}"`, [...sanitized, ...flags]);
	return spawnSync(program, [blob, seed, '1000000'], {encoding: 'utf8'});
}
