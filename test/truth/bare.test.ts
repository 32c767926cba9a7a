/** This file is the table of builds whose files have no symbol table and no section table, which they can run without. */

import {row} from './agrees.js';
import {addresses, calls, ownUnit, without} from './routes.js';

const overridable = {
	claim: 'keeps every reference overridable but the call that a function makes to itself',
	mode: 'preemptible',
	bound: {'same-unit': ['recursive']},
	bare: true,
} as const;

row({build: 'gcc -O2', ...overridable});
row({build: 'gcc -O2 -fno-plt', ...overridable});
row({build: 'gcc -O2 -fcf-protection -Wl,-z,ibtplt', ...overridable});
row({build: 'gcc -O2 -Wl,-z,now', ...overridable});
row({build: 'gcc -O2 -fuse-ld=mold -fcf-protection', ...overridable});
row({build: 'gcc -O2 -fuse-ld=lld', ...overridable});
row({build: 'gcc -O2 -fuse-ld=gold', ...overridable});
row({build: 'gcc -O2 -Wl,-z,noseparate-code', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -mbranch-protection=standard', ...overridable});
row({
	build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt',
	...overridable,
	claim: 'keeps every reference overridable',
	bound: {},
});

row({
	build: 'gcc -O2 -fno-semantic-interposition',
	claim: 'binds calls within a unit, and does not show why',
	mode: 'mixed',
	bound: {'same-unit': ['recursive'], unknown: without(ownUnit, 'recursive')},
	bare: true,
});
row({
	build: 'gcc -O2 -flto -fno-semantic-interposition',
	claim: 'binds every call, and does not show why: one unit would look alike',
	mode: 'non-semantic-lto',
	bound: {'same-unit': ['recursive'], unknown: without(calls, 'recursive')},
	bare: true,
});
row({
	build: 'gcc -O2 -Wl,-Bsymbolic-functions',
	claim: 'binds every reference but the calls to an indirect function',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses]},
	bare: true,
});
row({
	build: 'gcc -O2 -fPIE -pie',
	claim: 'binds every reference',
	mode: 'executable',
	bound: {'executable-defines-it': [...calls, ...addresses, 'ifunc', 'executable']},
	linkage: 'static',
	bare: true,
});
