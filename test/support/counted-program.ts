/** This file runs one program under the shims and gives its counts: for tests of the native part, without probes. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {canaries, countedIn, ledgerRows, overrides} from '../../src/ledger/slots.js';
import {type Caller, callers} from '../../src/model/claim.js';
import {type Finished, runPreloaded} from './preloaded.js';

export interface Program {
	readonly command: readonly string[];
	readonly families: readonly string[];
	/** The ELF file that holds the interpreter. */
	readonly interpreter: string;
	/** Stands before the command: a statically linked tool that runs it. */
	readonly under?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
}

export interface CountedProgram extends Finished {
	/** The families whose shims shook hands. */
	readonly ready: readonly string[];
	count(symbol: string, caller?: Caller): number;
}

export function countedProgram({command, families, interpreter, under = [], env = {}}: Program): CountedProgram {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	const path = join(folder, 'ledger');
	createLedger(path, ledgerRows(), 1);
	const finished = runPreloaded({
		command: [...under, ...command],
		preload: families.map(name => join(nativeFolder, `${name}.so`)),
		ledger: path,
		interpreter,
		env,
	});
	const ledger = openLedger(path, ledgerRows());
	const slots = [...overrides(), ...canaries()];
	const rows = new Map(slots.map(({symbol, slot}) => [symbol, countedIn(ledger, 0)(slot)]));
	const bits = ledger.ready();
	ledger.close();
	rmSync(folder, {recursive: true});
	return {
		...finished,
		ready: canaries()
			.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 1n)
			.map(({family}) => family),
		count(symbol, caller) {
			const {honored} = rows.get(symbol) ?? {honored: []};
			return caller === undefined ? honored.reduce((a, b) => a + b, 0) : (honored[callers.indexOf(caller)] ?? 0);
		},
	};
}
