/** This file makes a preloaded library by hand that counts calls of some functions: what an override really gets, told by nothing of ours. */

import {execFileSync} from 'node:child_process';

/** The calls that each ran, printed at the end on standard error, as `NAME COUNT`. */
export function buildShim(symbols: readonly string[], out: string): void {
	const compiler = process.arch === 'arm64' ? 'cc' : 'aarch64-linux-gnu-gcc';
	execFileSync(compiler, ['-O1', '-w', '-fPIC', '-shared', '-x', 'c', '-', '-o', out, '-ldl'], {
		input: source(symbols),
	});
}

/** All that is passed in registers is passed on, so what is variadic comes through, too. */
const source = (symbols: readonly string[]) => `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#define COUNT(name) \\
	static unsigned long count_##name; \\
	void *name(long a, long b, long c, long d, long e, long f, long g, long h) \\
	{ \\
		static void *(*real)(long, long, long, long, long, long, long, long); \\
		if (!real) real = dlsym(RTLD_NEXT, #name); \\
		count_##name++; \\
		return real(a, b, c, d, e, f, g, h); \\
	}
${symbols.map(symbol => `COUNT(${symbol})`).join('\n')}
__attribute__((destructor)) static void print(void)
{
${symbols.map(symbol => `\tfprintf(stderr, "${symbol} %lu\\n", count_${symbol});`).join('\n')}
}
`;
