/** This file says in one sentence what debug information tells of inlined calls. */

import type {InlinedTotals} from '../model/binding.js';
import {counted, grouped} from './numbers.js';

/** Without a full stop. */
export function inlinedWords({places, functions, reason}: InlinedTotals): string {
	if (places === null) return `inlined calls are not known: ${reason ?? ''}`;
	if (places === 0) return 'no call of an exported function is inlined';
	const of = counted(functions ?? 0, 'exported function');
	return `${grouped(places)} ${places === 1 ? 'call' : 'calls'} of ${of} ${places === 1 ? 'is' : 'are'} inlined, where no override gets ${places === 1 ? 'it' : 'them'}`;
}
