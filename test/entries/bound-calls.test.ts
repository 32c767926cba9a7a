/** This file holds the calls that are pointed past the counters of libc's functions to those that objdump shows of libc. */

import {execFileSync} from 'node:child_process';
import {displacement} from '../../src/entries/entry.js';
import {planEntries} from '../../src/entries/plan.js';
import {loadX8664Entries} from '../../src/entries/x86-64/stub.js';
import {layout} from '../../src/ledger/layout.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {needing, program, x86} from '../support/needs.js';

const symbols = ['malloc', 'free', 'calloc', 'realloc', 'open', 'close', 'fopen', 'fclose', 'getenv', 'qsort', 'abort'];

/** Of this process. */
const {sharedObjects} = process.report.getReport() as unknown as {readonly sharedObjects: readonly string[]};
const libc = sharedObjects.find(path => /\/libc\.so\.6$/.test(path)) ?? '';

needing(x86, program('objdump'))(
	'every direct call of a function of libc by libc itself is found, and nothing else',
	t => {
		const {elf} = readObjectFile(libc);
		const machine = loadX8664Entries(layout());
		const wanted = symbols.map((symbol, slot) => ({symbol, slot}));
		const {entries} = planEntries(elf, wanted, machine, new Set());
		const isDisplaced = displacement(entries);
		const entryAt = new Map(entries.map(entry => [entry.address, entry]));
		const shown = execFileSync('objdump', ['-d', '-w', libc], {encoding: 'utf8', maxBuffer: 1 << 29}).matchAll(
			/^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(?:\w+ )*?(call|j\w+) +([0-9a-f]+) </gm,
		);
		const expected = [...shown].flatMap(([, at = '', bytes = '', word, target = '']) => {
			const [place, entry] = [Number.parseInt(at, 16), entryAt.get(Number.parseInt(target, 16))];
			if (entry === undefined || bytes.length < 5 * 3 || isDisplaced(place)) return [];
			const isInside = place >= entry.address && place < entry.address + entry.size;
			return word !== 'call' && isInside ? [] : [{at: place, entry: entry.address}];
		});
		t.true(expected.length > 100);
		const found = machine.boundCalls(elf, entries).map(({at, entry}) => ({at, entry}));
		t.deepEqual(found, expected);
		for (const {operand, original, entry} of machine.boundCalls(elf, entries))
			t.is(operand + 4 + (original | 0), entry);
	},
);
