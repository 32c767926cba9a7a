/** This file is the table of builds by gcc and the linker that comes with it. */

import {row} from './agrees.js';
import {
	executable,
	lto,
	noSemanticInterposition,
	noSemanticInterpositionUnexplained,
	overridable,
	protectedVisibility,
	symbolic,
	symbolicFunctions,
	symbolicFunctionsThroughout,
	symbolicFunctionsUnexplained,
} from './outcomes.js';

row({build: 'gcc -O0', ...overridable});
row({build: 'gcc -O1', ...overridable});
row({build: 'gcc -O2', ...overridable});
row({build: 'gcc -O3', ...overridable});
row({build: 'gcc -Os', ...overridable});
row({build: 'gcc -O2 -s', ...overridable});
row({build: 'gcc -O2 -flto', ...overridable});
row({build: 'gcc -O2 -fno-plt', ...overridable});
row({build: 'gcc -O2 -fno-plt -s -Wl,-z,now', ...overridable});
row({build: 'gcc -O2 -Wl,-z,now', ...overridable});
row({build: 'gcc -O2 -Wl,-z,lazy', ...overridable});
row({build: 'gcc -O2 -fcf-protection', ...overridable});
row({build: 'gcc -O2 -fcf-protection -Wl,-z,ibtplt', ...overridable});
row({build: 'gcc -O2 -Wl,-z,pack-relative-relocs', ...overridable});
row({build: 'gcc -O2 -Wl,--hash-style=sysv', ...overridable});
row({build: 'gcc -O2 -ffunction-sections -Wl,--gc-sections', ...overridable});

row({build: 'gcc -O2 -fno-semantic-interposition', ...noSemanticInterposition});
row({build: 'gcc -O3 -fno-semantic-interposition', ...noSemanticInterposition});
row({build: 'gcc -Ofast', ...noSemanticInterposition});
row({build: 'gcc -O2 -fno-semantic-interposition -Wl,-z,pack-relative-relocs', ...noSemanticInterposition});
row({build: 'gcc -O2 -fno-semantic-interposition -fcf-protection -g -gz', ...noSemanticInterposition});
row({build: 'gcc -O2 -fno-semantic-interposition -s', ...noSemanticInterpositionUnexplained});

row({build: 'gcc -O2 -flto -fno-semantic-interposition', ...lto});
row({build: 'gcc -Ofast -flto', ...lto});
row({build: 'gcc -O2 -flto -fno-semantic-interposition -fno-plt', ...lto});

row({build: 'gcc -O2 -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -s', ...symbolicFunctionsUnexplained});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -flto -fno-semantic-interposition', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -Wl,-z,pack-relative-relocs', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -fno-plt', ...symbolicFunctionsThroughout});

row({build: 'gcc -O2 -Wl,-Bsymbolic', ...symbolic});
row({build: 'gcc -O2 -fvisibility=protected', ...protectedVisibility});
row({
	build: 'gcc -O2 -DVERSIONED -Wl,--version-script=toy.map',
	claim: 'keeps every reference overridable but one that names the version by its private name',
	mode: 'mixed',
	bound: {unknown: ['versioned']},
});

row({build: 'gcc -O2 -fPIE -pie', ...executable});
row({build: 'gcc -O2 -fPIC -pie', ...executable});
row({build: 'gcc -O2 -fno-pie -no-pie', ...executable});
row({build: 'gcc -O2 -fPIE -pie -fno-plt', ...executable});
