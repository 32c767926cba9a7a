/** This file writes text as one word of a shell's command line. */

import {visible} from '../model/visible.js';

export function shellWord(text: string): string {
	const safe = visible(text);
	return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
