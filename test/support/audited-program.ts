/** This file builds a small program, the library that plays its interpreter, and preload libraries, and audits them. */

import {realpathSync} from 'node:fs';
import type {ExecutionContext} from 'ava';
import {gatherAudit} from '../../src/gather/audit/gather.js';
import {gatherStatic} from '../../src/gather/static.js';
import {judgeAudit} from '../../src/judge/audit.js';
import type {AuditedBuild, AuditedFunction} from '../../src/model/audit.js';
import {type Workshop, workshop} from './workshop.js';

/** Two units: what is called within one may be bound by the compiler, between two by the linker. */
const interpreterSource = `
int api_leaf(int x) { return x + 1; }
int api_other(int x) { return x * 2; }
`;
const callersSource = `
int api_leaf(int x);
int api_other(int x);
int api_calls(int times) { int sum = 0; for (int i = 0; i < times; i++) sum += api_leaf(i); return sum; }
#ifdef NO_JUMP
int api_jumps(int x) { int result = api_leaf(x); __asm__ volatile("" ::: "memory"); return result; }
#else
/* Nothing is left to do behind the call, so the compiler jumps. */
int api_jumps(int x) { return api_leaf(x); }
#endif
int (*api_given(void))(int) { return api_leaf; }
`;
const mainSource = `
#include <stdio.h>
int api_leaf(int x), api_calls(int times), api_jumps(int x), (*api_given(void))(int);
int main(void) {
	int sum = api_calls(1000);
	for (int i = 0; i < 100; i++) sum += api_leaf(i);
	for (int i = 0; i < 30; i++) sum += api_jumps(i);
	int (*given)(int) = api_given();
	for (int i = 0; i < 7; i++) sum += given(i);
	printf("%d\\n", sum);
	return 0;
}
`;

/** Counts by itself, and tells at the end; forwards by a call, or as its last step by a jump. */
export const overrideSource = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
static unsigned long entered;
int api_leaf(int x) {
	static int (*next)(int);
	__atomic_fetch_add(&entered, 1, __ATOMIC_RELAXED);
	if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "api_leaf");
#if defined(NEVER)
	return x + 1;
#elif defined(JUMP)
	return next(x);
#else
	int result = next(x);
	__asm__ volatile("" ::: "memory");
	return result;
#endif
}
__attribute__((destructor)) static void tell(void) { printf("entered %lu\\n", entered); }
`;

export interface Scene {
	readonly work: Workshop;
	readonly program: string;
	readonly interpreter: string;
	readonly env: Readonly<Record<string, string>>;
}

/** The flags are those of the library that plays the interpreter. */
export function scene(t: ExecutionContext, flags: readonly string[] = []): Scene {
	const work = workshop(t);
	const [one, two] = [work.file('interpreter.c', interpreterSource), work.file('callers.c', callersSource)];
	const interpreter = work.compile('libinterpreter.so', '', ['-O2', '-fPIC', '-shared', ...flags, one, two]);
	const link = ['-O2', `-L${work.folder}`, '-linterpreter'];
	return {work, program: work.compile('program', mainSource, link), interpreter, env: {LD_LIBRARY_PATH: work.folder}};
}

export function preloadLibrary(
	{work}: Scene,
	name: string,
	flags: readonly string[] = [],
	source = overrideSource,
): string {
	return work.compile(name, source, ['-O2', '-fPIC', '-shared', ...flags]);
}

export async function audited(scene: Scene, libraries: readonly string[]): Promise<ReturnType<typeof judgeAudit>> {
	const [interpreter, ...paths] = [scene.interpreter, ...libraries].map(path => realpathSync(path));
	const evidence = await gatherAudit({
		program: {
			file: scene.program,
			argv: [],
			env: {...scene.env, PATH: process.env.PATH ?? ''},
			preloading: {LD_PRELOAD: paths.join(':')},
			executable: realpathSync(scene.program),
			wrapped: false,
		},
		libraries: paths,
		interpreter: interpreter ?? '',
		witness: await gatherStatic(interpreter ?? ''),
		env: {PATH: process.env.PATH ?? ''},
		timeoutSeconds: 60,
		signal: AbortSignal.timeout(300_000),
	});
	return judgeAudit(
		evidence,
		paths.map((_, index) => index),
		null,
	);
}

export function functionOf({functions}: Pick<AuditedBuild, 'functions'>, symbol: string, library = 0): AuditedFunction {
	const found = functions.find(one => one.symbol === symbol && one.library === library);
	if (found === undefined) throw new Error(`${symbol} is not among the functions of library ${library}`);
	return found;
}

/** Calls and verdicts in few words: `interpreter 1000/0 honored`. */
export function told({calls}: AuditedFunction): readonly string[] {
	return calls.map(({caller, honored, bypassed, unsure, verdict}) => {
		const because = 'because' in verdict && verdict.because !== null ? ` ${verdict.because}` : '';
		return `${caller} ${honored}/${bypassed}${unsure > 0 ? `/${unsure}` : ''} ${verdict.kind}${because}`;
	});
}
