/** This file names the caller that a route's calls are counted under. */

import type {Caller, Route} from '../model/claim.js';

export const callerOf = {
	interpreter: 'interpreter',
	table: 'interpreter',
	executable: 'executable',
	extension: 'extension',
	deepbind: 'extension',
	library: 'library',
	// Our extension looks the address up, and calls it.
	dlsym: 'extension',
} as const satisfies Record<Route, Caller>;
