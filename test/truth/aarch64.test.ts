/** This file is the table of builds for aarch64, compiled by a cross compiler and run by qemu. */

import {row} from './agrees.js';
import {executable, lto, noSemanticInterposition, overridable, symbolic, symbolicFunctions} from './outcomes.js';

row({build: 'aarch64-linux-gnu-gcc -O0', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -fno-plt', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -mbranch-protection=standard -Wl,-z,now', ...overridable});
row({build: 'aarch64-linux-gnu-gcc -O2 -fno-semantic-interposition', ...noSemanticInterposition});
row({build: 'aarch64-linux-gnu-gcc -O2 -flto -fno-semantic-interposition', ...lto});
row({build: 'aarch64-linux-gnu-gcc -O2 -Wl,-Bsymbolic-functions', ...symbolicFunctions});
row({build: 'aarch64-linux-gnu-gcc -O2 -Wl,-Bsymbolic', ...symbolic});
row({build: 'aarch64-linux-gnu-gcc -O2 -fPIE -pie', ...executable});
