/** This file knows the calls that every process makes by itself, once: those of the lifecycle. */

import type {Claim} from '../../model/claim.js';
import type {ByCaller} from '../../model/evidence.js';
import {calledByMain} from '../../model/lifecycle.js';

export const naturally = {
	/** Whether the process takes this route without a probe. */
	counts({family, symbol, route}: Claim): boolean {
		return family === 'lifecycle' && (route === 'interpreter' || (route === 'executable' && calledByMain.has(symbol)));
	},

	/**
	 * Compilers make the call in `main` a tail call, which leaves libc's start code as the caller that is seen; that code
	 * calls nothing of Python itself.
	 */
	attribute({symbol, route}: Claim, seen: ByCaller): ByCaller {
		if (!calledByMain.has(symbol) || (route !== 'interpreter' && route !== 'executable')) return seen;
		return {...seen, library: 0, [route]: seen[route] + seen.library};
	},
};
