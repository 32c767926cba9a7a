/** This file is the table of builds whose files have no symbol table and no section table, which they can run without. */

import {row} from './agrees.js';
import {
	byMold,
	executable,
	ltoUnexplained,
	noSemanticInterpositionUnexplained,
	overridable,
	overridableThroughout,
	symbolicFunctionsUnexplained,
} from './outcomes.js';

row({build: 'gcc -O2', ...overridable, bare: true});
row({build: 'gcc -O2 -fno-plt', ...overridable, bare: true});
row({build: 'gcc -O2 -fcf-protection -Wl,-z,ibtplt', ...overridable, bare: true});
row({build: 'gcc -O2 -Wl,-z,now', ...overridable, bare: true});
row({build: 'gcc -O2 -Wl,-z,noseparate-code', ...overridable, bare: true});
row({build: 'gcc -O2 -fuse-ld=mold -fcf-protection', ...byMold(overridable, 'unknown'), bare: true});
row({build: 'gcc -O2 -fuse-ld=lld', ...overridable, bare: true});
row({build: 'gcc -O2 -fuse-ld=gold', ...overridable, bare: true});
row({build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt', ...overridableThroughout, bare: true});
row({build: 'aarch64-linux-gnu-gcc -O2', ...overridable, bare: true});
row({build: 'aarch64-linux-gnu-gcc -O2 -mbranch-protection=standard', ...overridable, bare: true});
row({build: 'gcc -O2 -fno-semantic-interposition', ...noSemanticInterpositionUnexplained, bare: true});
row({build: 'gcc -O2 -flto -fno-semantic-interposition', ...ltoUnexplained, bare: true});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions', ...symbolicFunctionsUnexplained, bare: true});
row({build: 'gcc -O2 -fPIE -pie', ...executable, bare: true});
