/** This file makes the source of a toy CPython: a configure and a Makefile with the targets that the lab uses. */

import type {Workshop} from '../support/workshop.js';

export interface Toy {
	readonly version?: string;
	/** Shell text run by configure, and lines added to the rule that makes the interpreter. */
	readonly configure?: string;
	readonly make?: string;
}

/** The interpreter prints what the tests ask it for; the library has an exported function that calls another one. */
export function toySource({file, folder}: Workshop, {version = '3.11.2', configure = '', make = ''}: Toy = {}): string {
	file('source/Include/patchlevel.h', `#define PY_VERSION "${version}"\n`);
	file('source/Lib/os.py', '');
	file('source/Modules/library.c', library);
	file('source/Programs/main.c', 'int outer(int);\nint main(void) { return outer(0); }\n');
	file('source/configure', configureText(version, configure, make), 0o755);
	return `${folder}/source`;
}

const library = `
__attribute__((noinline)) int inner(int a) { __asm__(""); return a; }
__attribute__((noinline)) int outer(int a) { return inner(a) * 2; }
int (*stored)(int) = inner;
`;

function configureText(version: string, extra: string, make: string): string {
	const series = version.split('.').slice(0, 2).join('.');
	return `#!/bin/sh
case "$1" in --help) echo '  --enable-shared  a shared library'; exit 0;; esac
echo configured >>"$PWD/../times"
${extra}
here=$(dirname "$0")
shared= ; flags= ; link= ; prefix=
for word; do case "$word" in
  --prefix=*) prefix=\${word#--prefix=};; --enable-shared) shared=yes;; CFLAGS=*) flags=\${word#CFLAGS=};; LDFLAGS=*) link=\${word#LDFLAGS=};;
esac; done
mkdir -p Modules build/lib
echo build/lib >pybuilddir.txt
: >build/lib/_sysconfigdata.py ; : >pyconfig.h
if test -n "$shared"; then objects=libpython${series}.so.1.0; else objects=library.o; fi
cat >Makefile <<END
python: main.o $objects libpython${series}.a
	@${make || ':'}
	$CC -rdynamic -o python main.o $objects $link
main.o: $here/Programs/main.c
	${'$'}{CC-cc} -g -c -o main.o $here/Programs/main.c
library.o: $here/Modules/library.c
	echo compiled >>../times
	${'$'}{CC-cc} -g -O2 -fPIC $flags -c -o library.o $here/Modules/library.c
libpython${series}.so.1.0: library.o
	${'$'}{CC-cc} -shared -Wl,-soname,libpython${series}.so.1.0 -o libpython${series}.so.1.0 library.o $link
libpython${series}.a: library.o main.o
	ar rcs libpython${series}.a library.o
	mkdir -p Programs && cp main.o Programs/python.o
sharedmods: python
all: python
install: all
	mkdir -p $prefix/bin $prefix/lib
	cp python $prefix/bin/python${series}
	cp libpython${series}.so.1.0 $prefix/lib || true
END
`;
}
