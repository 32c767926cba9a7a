/** This file shows that a shim counts in a ledger of its own layout only. */

import {join} from 'node:path';
import test from 'ava';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {ledgerRows} from '../../src/ledger/slots.js';
import {runPreloaded} from '../support/preloaded.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

const shakesHands = test.macro<[more: number, ready: boolean]>((t, more, ready) => {
	const path = join(workshop(t).folder, 'ledger');
	const rows = ledgerRows() + more;
	createLedger(path, rows, 1);
	const preload = [join(nativeFolder, 'error.so')];
	const {status} = runPreloaded({command: [python, '-S', '-c', ''], preload, ledger: path, interpreter: python});
	const ledger = openLedger(path, rows);
	t.is(status, 0);
	t.is(ledger.ready() !== 0n, ready);
	ledger.close();
});

test('a shim shakes hands in a ledger that has its rows', shakesHands, 0, true);
test('it does not in one with more', shakesHands, 2, false);
test('nor in one with fewer', shakesHands, -2, false);
