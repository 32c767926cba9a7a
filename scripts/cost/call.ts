/** This file times a call that an override counts by caller against the same call bare, through the PLT of a C program. */

import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {ledgerRows} from '../../src/ledger/slots.js';
import {type BenchRow, ratioOf} from './pairs.js';

const library = 'void *PyErr_Occurred(void) { return 0; }';

/** Prints the nanoseconds of the calls alone. */
const program = `
#include <stdio.h>
#include <time.h>
extern void *PyErr_Occurred(void);
int main(void) {
	struct timespec a, b;
	for (int i = 0; i < 1000; i++) PyErr_Occurred();
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 20000000; i++) PyErr_Occurred();
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%lld\\n", (b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec);
	return 0;
}`;

export function benchCall(): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		const bare = compile(folder);
		const ledger = join(folder, 'ledger');
		createLedger(ledger, ledgerRows(), 1);
		const {dev, ino} = statSync(join(folder, 'libbench.so'), {bigint: true});
		const counted = {
			LD_PRELOAD: join(nativeFolder, 'error.so'),
			PYINTERPOSE_LEDGER: ledger,
			PYINTERPOSE_INTERPRETER: `${dev}:${ino}`,
		};
		const time = (env: NodeJS.ProcessEnv) => Number(execFileSync(bare, {env, encoding: 'utf8'}));
		return [
			{
				kind: 'measured',
				what: 'a call counted by caller / a bare call through the PLT',
				ratio: ratioOf(
					() => time(counted),
					() => time({}),
					pairs,
				),
				bound: 3,
			},
		];
	} finally {
		rmSync(folder, {recursive: true});
	}
}

function compile(folder: string): string {
	const file = (name: string, text: string) => {
		writeFileSync(join(folder, name), text);
		return join(folder, name);
	};
	const shared = join(folder, 'libbench.so');
	const bench = join(folder, 'bench');
	execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', shared, file('library.c', library)]);
	execFileSync('cc', ['-O2', '-o', bench, file('program.c', program), shared, `-Wl,-rpath,${folder}`]);
	return bench;
}

const pairs = 15;
