/** This file is the table of builds for aarch64, compiled by a cross compiler and run by qemu. */

import {row} from './agrees.js';
import {addresses, calls, ownUnit, without} from './routes.js';

const overridable = {
	claim: 'keeps every reference overridable but the call that a function makes to itself',
	mode: 'preemptible',
	bound: {'same-unit': ['recursive']},
} as const;

row({build: 'aarch64-linux-gnu-gcc -O0', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -fno-plt', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -mbranch-protection=standard -Wl,-z,now', ...overridable});
row({
	build: 'aarch64-linux-gnu-gcc -O2 -fno-semantic-interposition',
	claim: 'binds calls within a unit',
	mode: 'non-semantic',
	bound: {'same-unit': ownUnit},
});
row({
	build: 'aarch64-linux-gnu-gcc -O2 -flto -fno-semantic-interposition',
	claim: 'binds every call',
	mode: 'non-semantic-lto',
	bound: {'link-time': without(calls, 'recursive'), 'same-unit': ['recursive']},
});
row({
	build: 'aarch64-linux-gnu-gcc -O2 -Wl,-Bsymbolic-functions',
	claim: 'binds every reference but the calls to an indirect function',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses]},
});
row({
	build: 'aarch64-linux-gnu-gcc -O2 -Wl,-Bsymbolic',
	claim: 'binds every reference',
	mode: 'symbolic',
	bound: {symbolic: [...calls, ...addresses, 'ifunc']},
});
row({
	build: 'aarch64-linux-gnu-gcc -O2 -fPIE -pie',
	claim: 'binds every reference',
	mode: 'executable',
	bound: {'executable-defines-it': [...calls, ...addresses, 'ifunc', 'executable']},
	linkage: 'static',
});
