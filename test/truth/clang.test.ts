/** This file is the table of builds by clang, and by linkers other than gcc's own. */

import {row} from './agrees.js';
import {addresses, calls, ownUnit, without} from './routes.js';

const overridable = {claim: 'keeps every reference overridable', mode: 'preemptible', bound: {}} as const;

row({build: 'clang -O0', ...overridable});
row({build: 'clang -O2', ...overridable});
row({build: 'clang -Os', ...overridable});
row({build: 'clang -O2 -fno-plt', ...overridable, throughRegister: true});
row({build: 'clang -O2 -flto=thin -fuse-ld=lld', ...overridable});
row({build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt', ...overridable});
row({build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt,-z,now', ...overridable});
row({build: 'clang -O2 -fuse-ld=lld -fcf-protection -Wl,-z,force-ibt', ...overridable});

const nonSemantic = {
	claim: 'binds calls within a unit and addresses that its code takes',
	mode: 'non-semantic',
	bound: {'same-unit': [...ownUnit, 'address']},
} as const;

row({build: 'clang -O2 -fno-semantic-interposition', ...nonSemantic});
row({build: 'clang -O2 -fno-semantic-interposition -fuse-ld=lld', ...nonSemantic});
row({build: 'clang -Os -fno-semantic-interposition', ...nonSemantic});

row({
	build: 'clang -O2 -flto -fuse-ld=lld -fno-semantic-interposition',
	claim: 'binds every call but to weak functions, and addresses that its code takes',
	mode: 'non-semantic-lto',
	bound: {
		'link-time': [...without(calls, 'weak', 'weak_other_unit', 'recursive'), 'address', 'address_other_unit'],
		'same-unit': ['recursive'],
	},
});

const symbolicFunctions = {
	claim: 'binds every reference but the calls to an indirect function',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses]},
} as const;

row({build: 'clang -O2 -fuse-ld=lld -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({build: 'gcc -O2 -fuse-ld=mold -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({
	build: 'gcc -O2 -fuse-ld=gold -Wl,-Bsymbolic-functions',
	claim: 'binds every reference',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses, 'ifunc']},
});
row({
	build: 'gcc -O2 -fuse-ld=lld -Wl,-Bsymbolic-non-weak-functions',
	claim: 'binds every reference but those to weak and to indirect functions',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...without(calls, 'weak', 'weak_other_unit'), ...addresses]},
});

const gccOverridable = {
	claim: 'keeps every reference overridable but the call that a function makes to itself',
	mode: 'preemptible',
	bound: {'same-unit': ['recursive']},
} as const;

row({build: 'gcc -O2 -fuse-ld=lld', ...gccOverridable});
row({build: 'gcc -O2 -fuse-ld=mold', ...gccOverridable});
row({build: 'gcc -O2 -fuse-ld=gold', ...gccOverridable});
row({build: 'gcc -O2 -fuse-ld=mold -fno-plt', ...gccOverridable});
row({build: 'gcc -O2 -fuse-ld=mold -fcf-protection', ...gccOverridable});
row({build: 'gcc -O2 -fuse-ld=mold -Wl,-z,now', ...gccOverridable});

row({
	build: 'gcc -O2 -fuse-ld=lld -Wl,-Bsymbolic',
	claim: 'binds every reference',
	mode: 'symbolic',
	bound: {symbolic: [...calls, ...addresses, 'ifunc']},
});
row({
	build: 'gcc -O2 -fuse-ld=mold -Wl,-Bsymbolic',
	claim: 'binds every reference, and mold sets no flag that tells it from -Bsymbolic-functions',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...calls, ...addresses, 'ifunc']},
});

const executable = {
	claim: 'binds every reference',
	mode: 'executable',
	bound: {'executable-defines-it': [...calls, ...addresses, 'ifunc', 'executable']},
	linkage: 'static',
} as const;

row({build: 'clang -O2 -fPIE -pie', ...executable});
row({build: 'clang -O2 -fPIE -pie -fuse-ld=lld', ...executable});
row({build: 'gcc -O2 -fPIE -pie -fuse-ld=mold', ...executable});
