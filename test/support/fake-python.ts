/** This file compiles programs that look like a Python to ELF, and behave at start as a test wants. */

import type {Workshop} from './workshop.js';

/** The functions by which an interpreter's interpreter is known. */
export const interpreter = ['PyErr_Occurred', 'PyEval_GetBuiltins', 'Py_Initialize', 'Py_Main']
	.map(name => `void ${name}(void) {}`)
	.join('\n');

/** An executable that holds an interpreter, and whose `main` is as given. */
export function fakePython(work: Workshop, main: string, name = 'python3.99', flags: readonly string[] = []): string {
	const source = `#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n${interpreter}\n${main}`;
	return work.compile(name, source, ['-rdynamic', ...flags]);
}

/** A `main` that says of itself what a test wants it to, and the truth of what is mapped. */
export function speaking(changes: Readonly<Record<string, unknown>> = {}, after = 'return 0;'): string {
	const facts = {
		implementation: 'cpython',
		version: '3.99.0',
		abiflags: '',
		debug: false,
		freeThreaded: false,
		ctypes: true,
		declared: {},
		declaredUnreadable: null,
		stdlib: '/nowhere',
		secure: false,
		...changes,
	};
	return `
		int main(void)
		{
			char path[4096] = "", line[4096], last[4096] = "", *at;
			FILE *maps = fopen("/proc/self/maps", "r");
			if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) abort();
			printf("pyinterpose-describe {\\"executable\\": \\"%s\\", \\"objects\\": [\\"%s\\"", path, path);
			while (fgets(line, sizeof line, maps)) {
				line[strcspn(line, "\\n")] = 0;
				at = strchr(line, '/');
				if (!at || !strstr(line, " r-xp ") || !strcmp(at, last)) continue;
				printf(", \\"%s\\"", strcpy(last, at));
			}
			puts("], " ${JSON.stringify(JSON.stringify(facts).slice(1))});
			fflush(stdout);
			${after}
		}`;
}
