/** This file writes the commands by which anyone can check an explanation of a variable without this tool. */

import type {DataExplanation} from '../../model/data-explanation.js';
import {shellWord} from '../shell-word.js';
import type {ByHand} from './by-hand.js';

/** Counting commands of binutils; `host` is the machine that they run on, as `uname -m` names it. */
export function dataByHand(explanation: DataExplanation, host: string): readonly Omit<ByHand, 'atLeast'>[] {
	const {object, slots, uses, symbol, version, relocations} = explanation;
	const file = shellWord(object.path);
	const prefix = object.machine === host ? '' : `${object.machine}-linux-gnu-`;
	const rows: Omit<ByHand, 'atLeast'>[] = [];
	const through = uses.filter(({form, path}) => form === 'code' && path === 'got').length;
	// A single instruction shows the slot on x86-64 alone.
	if (object.machine === 'x86_64' && object.sections && slots.length > 0 && through > 0) {
		const at = slots.map(slot => slot.toString(16)).join('|');
		rows.push({
			command: `${prefix}objdump -d --no-show-raw-insn ${file} | grep -cE '# (${at})( |$)'`,
			prints: through,
			what: 'instructions that read its slot of the GOT',
		});
	}
	// A name with other characters comes from no compiler, and belongs in no shell.
	const bare = symbol.replace(/@.*/, '');
	if (/^[\w.$]+$/.test(`${bare}${version ?? ''}`)) {
		const pattern = ` ${bare.replace(/[.$]/g, '\\$&')}(@| |$)`;
		rows.push({
			command: `${prefix}readelf -rW ${file} | grep -cE '${pattern}'`,
			prints: relocations.filter(({named}) => named).length,
			what: 'relocations that name it',
		});
	}
	return rows;
}
