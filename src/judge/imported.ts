/** This file is the rule for a function that the calling object imports: it has no way to it but through PLT or GOT. */

import {callerOf} from './caller.js';
import type {VerdictRule} from './rule.js';
import {shares} from './shares.js';

export const imported: VerdictRule = ({claim, counted, linkage, witness}) => {
	if (counted.kind === 'unknown') return null;
	const honored = counted.honored[callerOf[claim.route]];
	// Where the interpreter is a library, the executable has none of the interpreter's functions itself.
	if (claim.route === 'executable' && linkage === 'shared') return shares(honored, 0, 'unknown');
	if (!/^(libc|effect)-/.test(claim.family) || witness === null) return null;
	// An interpreter that defines a libc function itself (a bundled allocator) is judged by its references, like its own functions.
	if (witness.bySymbol.has(claim.symbol)) return null;
	return shares(honored, 0, 'unknown');
};
