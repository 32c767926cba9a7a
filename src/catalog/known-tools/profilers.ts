/** This file lists the tools that watch time, locks and calls. */

import type {KnownTool} from '../../model/known-tool.js';
import {names} from './names.js';

export const profilers: readonly KnownTool[] = [
	{
		name: 'gil_load',
		kind: 'preload',
		does: 'measures how long threads wait for the GIL',
		functions: names('pthread_mutex_lock pthread_mutex_unlock sem_wait'),
		version: '0.4.2',
		source: 'https://github.com/chrisjbillington/gil_load/blob/master/gil_load/preload.c',
		package: {from: 'pypi', name: 'gil_load', file: 'gil_load/preload.cpython-*.so'},
		notRun: null,
	},
	{
		name: 'vmprof',
		kind: 'other',
		does: 'samples the Python stack from a signal handler',
		functions: names(''),
		version: '0.6.0',
		source: 'https://github.com/vmprof/vmprof-python/blob/master/src/vmprof_unix.c',
		package: {from: 'pypi', name: 'vmprof', file: null},
		notRun: null,
	},
	{
		name: 'vmprof, its trampoline',
		kind: 'code-patch',
		does: 'samples the Python stack, native frames included',
		functions: names('PyEval_EvalFrameEx'),
		version: '0f5d5a0370e2',
		source: 'https://github.com/vmprof/vmprof-python/blob/0f5d5a0370e2fb9bea53874ccc8a9f28667f9eee/src/trampoline.c',
		package: null,
		notRun: 'no release has it any more: it is known by its source',
	},
	{
		name: 'didyoumean',
		kind: 'code-patch',
		does: 'adds suggestions to AttributeError',
		functions: names('PyObject_GetAttr'),
		version: '1144f6773aa0',
		source: 'https://github.com/dutc/didyoumean/blob/1144f6773aa0f7355061de77f23ae965fd6e1729/src/didyoumean.c',
		package: null,
		notRun: 'no registry has it (the package of that name on PyPI is another program): it is known by its source',
	},
	{
		name: 'gilstats.py',
		kind: 'uprobe',
		does: 'measures how long threads wait for the GIL',
		functions: names('pthread_cond_timedwait sem_wait'),
		version: '2bfe42442c77',
		source: 'https://github.com/sumerc/gilstats.py/blob/2bfe42442c77ddfceea93ac4dbb0d66e394d730e/gilstats.py',
		package: null,
		notRun: 'no registry has it, and uprobes take the rights of the superuser and a kernel with BPF',
	},
	{
		name: 'per4m giltracer',
		kind: 'uprobe',
		does: 'shows who holds the GIL',
		functions: names('drop_gil take_gil'),
		version: '06d2ea5d308a',
		source: 'https://dev.to/maartenbreddels/tracing-and-visualizing-the-python-gil-with-perf-and-viztracer-2jpp',
		package: null,
		notRun: 'perf probe takes the rights of the superuser and a kernel that allows it',
	},
	{
		name: 'uftrace',
		kind: 'preload',
		does: 'traces calls of functions compiled for it',
		functions: names(`
			__cxa_begin_catch __cxa_end_catch __cxa_rethrow __cxa_throw __cyg_profile_func_enter
			__cyg_profile_func_exit __fentry__ __monstartup _mcleanup backtrace dlopen execve execvpe fexecve
			mcount posix_spawn posix_spawnp pthread_exit`),
		version: '0.13',
		source: 'https://github.com/namhyung/uftrace/blob/v0.13/libmcount/wrap.c',
		package: {from: 'debian', name: 'uftrace', file: '/usr/lib/x86_64-linux-gnu/uftrace/libmcount.so'},
		notRun: null,
	},
	{
		name: 'Coz',
		kind: 'preload',
		does: 'says what a faster line would gain',
		functions: names(`
			_Exit __libc_start_main _exit exit kill pthread_barrier_wait pthread_cond_broadcast
			pthread_cond_signal pthread_cond_timedwait pthread_cond_wait pthread_create pthread_exit
			pthread_join pthread_kill pthread_mutex_lock pthread_mutex_unlock pthread_rwlock_rdlock
			pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock pthread_rwlock_unlock pthread_rwlock_wrlock
			pthread_sigmask pthread_sigqueue pthread_timedjoin_np pthread_tryjoin_np sigaction signal
			sigprocmask sigsuspend sigtimedwait sigwait sigwaitinfo`),
		version: '0.2.2',
		source: 'https://github.com/plasma-umass/coz/blob/master/libcoz/libcoz.cpp',
		package: {from: 'debian', name: 'coz-profiler', file: '/usr/lib/coz-profiler/libcoz.so'},
		notRun: null,
	},
	{
		name: 'rr',
		kind: 'preload',
		does: 'records a program for replay',
		functions: names(`
			dlopen geteuid pthread_mutex_init pthread_mutex_lock pthread_mutex_timedlock pthread_mutex_trylock
			sched_yield`),
		version: '5.6.0',
		source: 'https://github.com/rr-debugger/rr/blob/master/src/preload/overrides.c',
		package: {from: 'debian', name: 'rr', file: '/usr/lib/rr/librrpreload.so'},
		notRun: null,
	},
	{
		name: 'LTTng-UST dl',
		kind: 'preload',
		does: 'traces the loading of libraries',
		functions: names('dlclose dlmopen dlopen'),
		version: '2.13.5',
		source: 'https://lttng.org/docs/#doc-liblttng-ust-dl',
		package: {from: 'debian', name: 'liblttng-ust1', file: '/usr/lib/x86_64-linux-gnu/liblttng-ust-dl.so.1.0.0'},
		notRun: null,
	},
	{
		name: 'LTTng-UST pthread',
		kind: 'preload',
		does: 'traces locks',
		functions: names('pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock'),
		version: '2.13.5',
		source: 'https://lttng.org/docs/#doc-liblttng-ust-libc-pthread-wrapper',
		package: {
			from: 'debian',
			name: 'liblttng-ust1',
			file: '/usr/lib/x86_64-linux-gnu/liblttng-ust-pthread-wrapper.so.1.0.0',
		},
		notRun: null,
	},
	{
		name: 'LTTng-UST fork',
		kind: 'preload',
		does: 'keeps tracing after a fork',
		functions: names(
			'clone daemon fork setegid seteuid setgid setns setregid setresgid setresuid setreuid setuid unshare',
		),
		version: '2.13.5',
		source: 'https://lttng.org/docs/#doc-using-lttng-ust-with-daemons',
		package: {from: 'debian', name: 'liblttng-ust1', file: '/usr/lib/x86_64-linux-gnu/liblttng-ust-fork.so.1.0.0'},
		notRun: null,
	},
	{
		name: 'py-spy',
		kind: 'other',
		does: 'samples the Python stack from outside',
		functions: names(''),
		version: '0.4.3',
		source: 'https://github.com/benfred/py-spy#how-does-py-spy-work',
		package: {from: 'pypi', name: 'py-spy', file: null},
		notRun: null,
	},
	{
		name: 'tracemalloc',
		kind: 'allocator-api',
		does: 'records where Python allocates memory',
		functions: names(''),
		version: 'Python 3.4',
		source: 'https://docs.python.org/3/library/tracemalloc.html',
		package: null,
		notRun: 'it is a part of Python: `pyinterpose mechanisms` runs it on every build, with counts',
	},
	{
		name: 'memray, Python allocators',
		kind: 'allocator-api',
		does: 'records where Python allocates memory',
		functions: names(''),
		version: '1.20.0',
		source: 'https://bloomberg.github.io/memray/python_allocators.html',
		package: {from: 'pypi', name: 'memray', file: null},
		notRun: null,
	},
];
