/** This file tells of each function that a library leaves out how often it was called, and by whom. */

import {auditedCallers} from '../../model/audit.js';
import type {MissingEvidence} from '../../model/audit-evidence.js';
import type {CallerRole} from './attribute.js';
import {type Context, nameOf, whyUncounted} from './context.js';
import type {Missing} from './missing.js';
import {has} from './scene.js';

export function missingEvidence({symbol, beside, kind}: Missing, context: Context): MissingEvidence {
	const {scene, who, calls} = context;
	const importers = scene.others.filter(({imports}) => imports.has(symbol)).map(({path}) => who.of(path));
	const definers = scene.definers.filter(one => has(one, symbol));
	const uncounted = definers.some(object => whyUncounted(object, symbol, context) !== null);
	const made = calls.filter(one => nameOf(one, context) === symbol && one.slot.library === 0 && isOutside(one.caller));
	return {
		symbol,
		beside,
		kind,
		calls: uncounted ? null : made.reduce((sum, one) => sum + one.calls + one.forwards, 0),
		callers: auditedCallers.filter(caller => importers.includes(caller)),
	};
}

/** Whether a call is the program's: not libc's of itself, not a library's own. */
function isOutside(caller: CallerRole): boolean {
	return auditedCallers.some(one => one === caller);
}
