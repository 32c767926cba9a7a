/** This file holds the compiler to tail calls, by objdump: an override leaves no frame of its own on the stack. */

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import test from 'ava';
import {nativeFolder} from '../../src/ledger/native.js';
import {overrides} from '../../src/ledger/slots.js';
import {interpreterFamilies, libcFamilies} from '../../src/model/claim.js';

/** A call through a register, and a jump through one, on the CPUs that the shims are written for. */
const indirect = {
	x64: {call: /\tcall\s+\*%/, jump: /\tjmp\s+\*%|\tnotrack jmp\s+\*%/},
	arm64: {call: /\tblr\t/, jump: /\tbr\t/},
}[process.arch as 'x64' | 'arm64'];

const forwards = test.macro({
	exec(t, family: string) {
		const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', join(nativeFolder, `${family}.so`)], {
			encoding: 'utf8',
		});
		for (const {symbol} of overrides().filter(slot => slot.family === family)) {
			const body = text.split(`<${symbol}>:\n`)[1]?.split('\n\n')[0] ?? '';
			t.regex(body, indirect.jump, `${symbol} ends in no jump`);
			t.notRegex(body, indirect.call, `${symbol} calls what it forwards to`);
		}
	},
	title: (_, family) => `every override of family ${family} jumps to what it forwards to`,
});

for (const family of [...interpreterFamilies, ...libcFamilies]) test(forwards, family);
