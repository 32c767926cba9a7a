/** This file says what each family of functions is, and what to use where an override cannot be relied on. */

import type {BindingMode} from '../../model/binding.js';
import type {Family, interpreterFamilies, libcFamilies} from '../../model/claim.js';
import type {Cause} from '../../model/verdict.js';

export type AdvisedFamily = (typeof interpreterFamilies)[number] | (typeof libcFamilies)[number];

export interface Advice {
	/** Finishes "a function for …". */
	readonly about: string;
	/** Each a sentence, the best first. */
	readonly instead: readonly string[];
}

const advice = {
	error: {
		about: 'setting, testing and clearing exceptions',
		instead: [
			'sys.monitoring (PEP 669, since 3.12) tells of RAISE, RERAISE, EXCEPTION_HANDLED and PY_UNWIND, at low cost.',
			"sys.settrace tells of every exception that reaches Python code, as the event 'exception'.",
			'sys.excepthook, threading.excepthook and sys.unraisablehook are called for what nobody caught.',
		],
	},
	object: {
		about: 'what objects do: attributes, items, comparison, containers',
		instead: [
			'sys.monitoring (PEP 669, since 3.12) tells of calls of C functions from Python code (CALL, C_RETURN, C_RAISE).',
			"sys.setprofile tells of the same as 'c_call' and 'c_return', on every version.",
			'PyRefTracer_SetTracer (since 3.13) is called for every object that is created or destroyed.',
			'A type of your own can fill the type slot in question; slots of built-in types are not meant to be changed.',
		],
	},
	number: {
		about: 'arithmetic',
		instead: [
			'A type of your own can define the operation; there is no hook in the arithmetic of built-in types.',
			'sys.monitoring (PEP 669, since 3.12) tells of INSTRUCTION events, at the cost of one call per bytecode.',
		],
	},
	call: {
		about: 'calling objects and evaluating frames',
		instead: [
			'sys.monitoring (PEP 669, since 3.12) tells of PY_START, PY_RETURN and CALL, at low cost; PyMonitoring_* is its C side.',
			'sys.setprofile, in C PyEval_SetProfile, tells of every call and return, on every version.',
			'_PyInterpreterState_SetEvalFrameFunc (PEP 523) replaces the evaluation of frames.',
		],
	},
	memory: {
		about: 'allocating memory through the interpreter',
		instead: [
			'PyMem_SetAllocator (PEP 445) replaces or wraps the allocators, by domain, whatever the binding.',
			'tracemalloc (PEP 454) keeps each block with where it was allocated.',
			'PYTHONMALLOC=malloc makes the interpreter call malloc for everything, which an override of malloc then sees.',
			'PyRefTracer_SetTracer (since 3.13) is called for every object that is created or destroyed.',
		],
	},
	import: {
		about: 'importing modules',
		instead: [
			"An audit hook (PEP 578, since 3.8: sys.addaudithook, PySys_AddAuditHook) is told of 'import' before it happens.",
			'sys.meta_path finders see every import that sys.modules does not answer; builtins.__import__ sees all statements.',
			'python -X importtime prints what was imported and how long it took.',
		],
	},
	gil: {
		about: 'taking and releasing the interpreter lock',
		instead: [
			'There is no hook: count entries of the function itself, as under "Whatever the binding".',
			'sys.setswitchinterval changes how often the lock is asked for; sys._is_gil_enabled tells whether there is one.',
		],
	},
	lifecycle: {
		about: 'starting and ending the interpreter',
		instead: [
			'An embedder configures the start by PyConfig (PEP 587), and adds modules by PyImport_AppendInittab.',
			'sitecustomize and .pth files run at the start, atexit and Py_AtExit functions at the end.',
			"An audit hook (PEP 578) is told of 'cpython.PyInterpreterState_New' and 'cpython.PyInterpreterState_Clear'.",
		],
	},
	'libc-memory': {
		about: "libc's memory",
		instead: [
			'An override of malloc gets the calls of every object, and those that libc makes through its own PLT; pymalloc keeps small objects, and calls malloc seldom.',
			'PYTHONMALLOC=malloc turns pymalloc off; PyMem_SetAllocator (PEP 445) hooks the interpreter above it.',
		],
	},
	'libc-time': {
		about: "libc's clocks",
		instead: [
			'Override all of clock_gettime, gettimeofday and time, as libfaketime does: which one is called depends on the version.',
			'A time namespace (unshare --time) moves the monotonic and boot-time clocks of a whole process tree.',
			'time-machine and freezegun change what Python code sees, without a preload.',
		],
	},
	'libc-io': {
		about: "libc's files and randomness",
		instead: [
			"An audit hook (PEP 578, since 3.8) is told of 'open', 'os.*', 'socket.*', 'subprocess.Popen' before they happen.",
			'Override the 64-bit names (open64, openat64) as well: they are what CPython calls on many builds.',
			'strace, or seccomp with user notification, sees system calls, whoever makes them.',
		],
	},
} as const satisfies Record<AdvisedFamily, Advice>;

/** For any function, and the first of the only advice for one of no family. */
const probes =
	'uprobes (perf probe -x FILE SYMBOL, bpftrace uprobe:FILE:SYMBOL) count entries of the function itself, whoever calls.';

/** What decides which other build would give overrides back. */
export interface Situation {
	readonly symbol: string;
	readonly object: {readonly executable: boolean; readonly mode: BindingMode};
	readonly role: 'exported' | 'imported';
	readonly cause: Cause | null;
}

/** The build that gives overrides back, as one sentence; null where none is lost. */
function otherBuild(situation: Situation | null): string | null {
	if (situation === null) {
		return 'A shared build (--enable-shared), without -Bsymbolic-functions and without -fno-semantic-interposition, honors overrides.';
	}
	const {object, role, cause, symbol} = situation;
	if (role === 'imported') return null;
	if (object.executable) {
		const isPython = /^_?Py/.test(symbol);
		return `No flag gives the overrides back while an executable defines the function: only a build that has it in a library does${isPython ? ' (configure --enable-shared)' : ''}.`;
	}
	return cause === null ? null : builds[cause];
}

const builds = {
	'executable-defines-it': 'Only a build that has the function in a library gives the overrides back.',
	'other-object-defines-it': null,
	'same-unit':
		"A build without -fno-semantic-interposition gives the overrides back; -Ofast implies it, and so does CPython's configure --enable-optimizations since 3.10 (add -fsemantic-interposition to CFLAGS).",
	lto: "A build without -fno-semantic-interposition gives the overrides back, with LTO as without (CPython's configure --enable-optimizations adds it since 3.10; -fsemantic-interposition in CFLAGS takes it back).",
	'symbolic-functions': 'A build without -Wl,-Bsymbolic-functions gives the overrides back.',
	symbolic: 'A build without -Wl,-Bsymbolic gives the overrides back.',
	protected: 'A build without -fvisibility=protected gives the overrides back.',
	'handed-out-address': null,
	handle: null,
	deepbind: null,
	version: null,
	'preload-dropped': null,
	unknown:
		'What bound these references cannot be told from the file: private names in the source, which no flag changes, -fno-semantic-interposition, or -Bsymbolic-functions.',
} as const satisfies Record<Cause, string | null>;

/** What is known of a function: of the catalog's family, else of the one that its name tells. */
export function adviceOn(family: string | null, symbol: string, situation: Situation | null = null): OnFunction {
	const build = otherBuild(situation);
	const found = family !== null && isAdvised(family) ? family : familyByName(symbol);
	return {
		family: found,
		about: found === null ? null : advice[found].about,
		instead: found === null ? [] : advice[found].instead,
		whateverTheBinding: [probes, ...(build === null ? [] : [build])],
	};
}

export interface OnFunction {
	readonly family: AdvisedFamily | null;
	readonly about: string | null;
	readonly instead: readonly string[];
	readonly whateverTheBinding: readonly string[];
}

/** The families with an entry above; an effect is a libc override of another kind and has none. */
function isAdvised(family: string): family is AdvisedFamily {
	return Object.hasOwn(advice, family);
}

/** The family of a function that is in no list, told from CPython's own naming; null for any other function. */
function familyByName(symbol: string): AdvisedFamily | null {
	return prefixes.find(([pattern]) => pattern.test(symbol))?.[1] ?? null;
}

const prefixes: readonly (readonly [RegExp, Exclude<Family, `effect-${string}`>])[] = [
	[/^_?PyErr_/, 'error'],
	[/^_?PyMem_|^_?PyObject_(GC_|Malloc|Calloc|Realloc|Free|New|Init)/, 'memory'],
	[/^_?PyObject_(Call|Vectorcall)|^_?PyEval_Eval|^_?PyFunction_|^_?PyArg_|^_Py_CheckFunctionResult/, 'call'],
	[/^_?PyImport_/, 'import'],
	[/^_?PyGILState_|^_?PyEval_(Save|Restore|Acquire|Release)/, 'gil'],
	[/^_?Py_(Initialize|Finalize|Main|BytesMain|RunMain|NewInterpreter|EndInterpreter|AtExit)/, 'lifecycle'],
	[/^_?Py(Number|Long|Float|Complex)_/, 'number'],
	[/^_?Py[A-Z_]/, 'object'],
];
