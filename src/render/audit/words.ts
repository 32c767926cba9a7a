/** This file holds the words of an audit that other reports have no use for. */

import type {AuditedCaller} from '../../model/audit.js';
import type {Cause} from '../../model/verdict.js';

export const callerWords = {
	interpreter: 'the interpreter',
	executable: 'the executable',
	extension: 'extension modules',
	library: 'other libraries',
} as const satisfies Record<AuditedCaller, string>;

/** What to do instead: finishes "Instead: …". Null where there is no other way than another build. */
export function instead(symbol: string, because: Cause): string | null {
	if (because === 'handle') return 'look the function up with RTLD_DEFAULT (ctypes.CDLL(None)), not on a handle';
	if (/^Py(Mem|Object)_(Raw)?(Malloc|Calloc|Realloc|Free)$/.test(symbol)) {
		return 'install allocators through PyMem_SetAllocator (PEP 445), which every build calls';
	}
	if (/^_?Py/.test(symbol)) {
		return because === 'executable-defines-it'
			? 'use a Python with a shared libpython and default flags, sys.monitoring (PEP 669) or audit hooks (PEP 578)'
			: 'use a Python that is built with default flags, sys.monitoring (PEP 669) or audit hooks (PEP 578)';
	}
	switch (because) {
		case 'version':
			return 'define the function without a version node, so that callers of every version get it';
		case 'deepbind':
			return 'open the module without RTLD_DEEPBIND';
		case 'executable-defines-it':
			return 'patch the entry of the function, or link the override into the executable';
		default:
			return null;
	}
}
