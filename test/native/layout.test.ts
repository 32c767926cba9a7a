/** This file holds the numbers that TypeScript uses to those that C and assembly are compiled with. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {layout} from '../../src/ledger/layout.js';
import {headerSize, offsetAt} from '../../src/ledger/ledger.js';
import {columns} from '../../src/ledger/row.js';
import {callers} from '../../src/model/claim.js';

const header = fileURLToPath(new URL('../../../native/layout.h', import.meta.url));

/** What the C preprocessor makes of each name of layout.h. */
function defined(names: readonly string[]): Readonly<Record<string, bigint>> {
	const text = names.map(name => `value_${name} ${name}`).join('\n');
	const out = execFileSync('cc', ['-E', '-P', '-include', header, '-'], {input: `${text}\n`, encoding: 'utf8'});
	return Object.fromEntries(
		[...out.matchAll(/value_(\w+) (\w+)/g)].map(([, name = '', value = '']) => [name, BigInt(value)]),
	);
}

test('TypeScript reads every number that layout.h lists, and each as the preprocessor sees it', t => {
	const listed = [...readFileSync(header, 'utf8').matchAll(/\bX\((\w+)\)/g)].map(([, name = '']) => name);
	t.true(listed.length > 50);
	const read = Object.fromEntries(Object.entries(layout()).map(([name, value]) => [name, BigInt(value)]));
	t.deepEqual(read, defined(listed));
});

test('the numbers of the ledger that stand in TypeScript are those of layout.h', t => {
	const {LEDGER_ROW, LEDGER_HEADER, LEDGER_OFFSET_AT, LEDGER_CALLERS} = layout();
	t.deepEqual([columns, headerSize, offsetAt], [LEDGER_ROW, LEDGER_HEADER, LEDGER_OFFSET_AT]);
	t.is([...callers].length, LEDGER_CALLERS);
});
