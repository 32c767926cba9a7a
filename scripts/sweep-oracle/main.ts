/** This file is the program behind scripts/sweep-oracle.sh: one line for each Python, and one for each function that is not equal. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {valgrind} from '../../test/support/callgrind.js';
import {sum} from '../../test/support/sum.js';
import {sweptUnderCallgrind} from '../../test/support/swept-under-callgrind.js';

let status = 0;
if (valgrind !== null) tell(2, 'valgrind is missing');
else for (const name of process.argv.slice(2)) await compare(name);
process.exitCode = status;

async function compare(name: string): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-oracle-'));
	try {
		const {id, functions, left} = await sweptUnderCallgrind(name, folder);
		const differing = functions.filter(one => one.honored !== one.ran || one.bypassed !== one.entered);
		const [honored, bypassed] = [sum(functions.map(one => one.honored)), sum(functions.map(one => one.bypassed))];
		const isEqual = differing.length === 0 && functions.length >= 30;
		tell(
			isEqual ? 0 : 1,
			`${isEqual ? 'equal' : 'WRONG'}  ${id}: ${functions.length} functions, ${honored} calls honored, ${bypassed} bypassed`,
		);
		for (const [symbol, reason] of left) process.stdout.write(`       not compared: ${symbol} (${reason})\n`);
		for (const {symbol, ran, entered, ...one} of differing) {
			process.stdout.write(
				`       ${symbol}: ${one.honored} honored and ${one.bypassed} bypassed; by callgrind ${ran} and ${entered}\n`,
			);
		}
	} catch (error) {
		tell(2, `   ?   ${name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function tell(code: number, line: string): void {
	process.stdout.write(`${line}\n`);
	status = Math.max(status, code);
}
