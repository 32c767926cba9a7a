/** This file is the table of builds by clang, and by linkers other than gcc's own. */

import {row} from './agrees.js';
import {
	byMold,
	executable,
	overridable,
	overridableThroughout,
	symbolic,
	symbolicFunctions,
	symbolicFunctionsThroughout,
} from './outcomes.js';
import {addresses, calls, ownUnit, without} from './routes.js';

row({build: 'clang -O0', ...overridableThroughout});
row({build: 'clang -O2', ...overridableThroughout});
row({build: 'clang -Os', ...overridableThroughout});
row({build: 'clang -O2 -fno-plt', ...overridableThroughout, throughRegister: true});
row({build: 'clang -O2 -flto=thin -fuse-ld=lld', ...overridableThroughout});
row({build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt', ...overridableThroughout});
row({build: 'clang -O2 -fuse-ld=lld -Wl,-z,retpolineplt,-z,now', ...overridableThroughout});
row({build: 'clang -O2 -fuse-ld=lld -fcf-protection -Wl,-z,force-ibt', ...overridableThroughout});

const noSemanticInterposition = {
	claim: 'binds calls within a unit and addresses that its code takes',
	mode: 'no-semantic-interposition',
	bound: {'same-unit': [...ownUnit, 'address']},
} as const;

row({build: 'clang -O2 -fno-semantic-interposition', ...noSemanticInterposition});
row({build: 'clang -O2 -fno-semantic-interposition -fuse-ld=lld', ...noSemanticInterposition});
row({build: 'clang -Os -fno-semantic-interposition', ...noSemanticInterposition});

row({
	build: 'clang -O2 -flto -fuse-ld=lld -fno-semantic-interposition',
	claim: 'binds every call but to weak functions, and addresses that its code takes',
	mode: 'no-semantic-interposition-lto',
	bound: {lto: [...without(calls, 'weak', 'weak_other_unit'), 'address', 'address_other_unit']},
});

row({build: 'clang -O2 -fuse-ld=lld -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({build: 'gcc -O2 -fuse-ld=mold -Wl,-Bsymbolic-functions', ...byMold(symbolicFunctions, 'symbolic-functions')});
row({build: 'gcc -O2 -fuse-ld=gold -Wl,-Bsymbolic-functions', ...symbolicFunctionsThroughout});
row({
	build: 'gcc -O2 -fuse-ld=lld -Wl,-Bsymbolic-non-weak-functions',
	claim: 'binds every reference but those to weak and to indirect functions',
	mode: 'symbolic-functions',
	bound: {'symbolic-functions': [...without(calls, 'weak', 'weak_other_unit'), ...addresses]},
});

row({build: 'gcc -O2 -fuse-ld=lld', ...overridable});
row({build: 'gcc -O2 -fuse-ld=mold', ...byMold(overridable, 'unknown')});
row({build: 'gcc -O2 -fuse-ld=gold', ...overridable});
row({build: 'gcc -O2 -fuse-ld=mold -fno-plt', ...byMold(overridable, 'unknown')});
row({build: 'gcc -O2 -fuse-ld=mold -fcf-protection', ...byMold(overridable, 'unknown')});
row({build: 'gcc -O2 -fuse-ld=mold -Wl,-z,now', ...byMold(overridable, 'unknown')});

row({build: 'gcc -O2 -fuse-ld=lld -Wl,-Bsymbolic', ...symbolic});
// mold sets no flag that tells it from -Bsymbolic-functions.
row({build: 'gcc -O2 -fuse-ld=mold -Wl,-Bsymbolic', ...symbolicFunctionsThroughout});

row({build: 'clang -O2 -fPIE -pie', ...executable});
row({build: 'clang -O2 -fPIE -pie -fuse-ld=lld', ...executable});
row({build: 'gcc -O2 -fPIE -pie -fuse-ld=mold', ...executable});
