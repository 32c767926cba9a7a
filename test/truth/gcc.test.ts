/** This file is the table of builds by gcc and the linker that comes with it. */

import {row} from './agrees.js';
import {addresses, calls, ownUnit, without} from './routes.js';

const overridable = {
	claim: 'keeps every reference overridable but the call that a function makes to itself',
	mode: 'preemptible',
	bound: {'same-unit': ['recursive']},
} as const;

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

const nonSemantic = {
	claim: 'binds calls within a unit, and leaves those between units and through addresses overridable',
	mode: 'non-semantic',
	bound: {'same-unit': ownUnit},
} as const;

row({build: 'gcc -O2 -fno-semantic-interposition', ...nonSemantic});
row({build: 'gcc -O3 -fno-semantic-interposition', ...nonSemantic});
row({build: 'gcc -Ofast', ...nonSemantic});
row({build: 'gcc -O2 -fno-semantic-interposition -Wl,-z,pack-relative-relocs', ...nonSemantic});

row({
	build: 'gcc -O2 -fno-semantic-interposition -s',
	claim: 'binds calls within a unit, and does not show why: private names would look alike',
	mode: 'mixed',
	bound: {'same-unit': ['recursive'], unknown: without(ownUnit, 'recursive')},
});

const linkTime = {
	claim: 'binds every call, and leaves those through addresses and to an indirect function overridable',
	mode: 'non-semantic-lto',
	bound: {'link-time': without(calls, 'recursive'), 'same-unit': ['recursive']},
} as const;

row({build: 'gcc -O2 -flto -fno-semantic-interposition', ...linkTime});
row({build: 'gcc -Ofast -flto', ...linkTime});
row({build: 'gcc -O2 -flto -fno-semantic-interposition -fno-plt', ...linkTime});

const symbolicFunctions = {
	claim: 'binds every reference but the calls to an indirect function',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses]},
} as const;

row({build: 'gcc -O2 -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -s', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -flto -fno-semantic-interposition', ...symbolicFunctions});
row({build: 'gcc -O2 -Wl,-Bsymbolic-functions -Wl,-z,pack-relative-relocs', ...symbolicFunctions});

row({
	build: 'gcc -O2 -Wl,-Bsymbolic-functions -fno-plt',
	claim: 'binds every reference',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses, 'ifunc']},
});

row({
	build: 'gcc -O2 -Wl,-Bsymbolic',
	claim: 'binds every reference',
	mode: 'symbolic',
	bound: {symbolic: [...calls, ...addresses, 'ifunc']},
});
row({
	build: 'gcc -O2 -fvisibility=protected',
	claim: 'binds every reference',
	mode: 'protected',
	bound: {protected: [...calls, ...addresses, 'ifunc']},
});
row({
	build: 'gcc -O2 -DVERSIONED -Wl,--version-script=toy.map',
	claim: 'keeps every reference overridable but one that names the version by its private name',
	mode: 'mixed',
	bound: {'same-unit': ['recursive'], unknown: ['versioned']},
});

const executable = {
	claim: 'binds every reference',
	mode: 'executable',
	bound: {'executable-defines-it': [...calls, ...addresses, 'ifunc', 'executable']},
	linkage: 'static',
} as const;

row({build: 'gcc -O2 -fPIE -pie', ...executable});
row({build: 'gcc -O2 -fPIC -pie', ...executable});
row({build: 'gcc -O2 -fno-pie -no-pie', ...executable});
row({build: 'gcc -O2 -fPIE -pie -fno-plt', ...executable});
