/** This file tests that run says of which processes it counted nothing. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {Finding} from '../../src/model/report.js';
import {cli} from '../support/cli.js';
import {file, needing} from '../support/needs.js';
import {systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const python = systemPython();
const withPython = needing(file(python, 'python3'));

const found = test.macro<[code: string, kinds: Readonly<Record<string, RegExp>>]>((t, code, kinds) => {
	const work = workshop(t);
	const script = work.file('script.py', code);
	const file = join(work.folder, 'run.json');
	const {status, stdout, stderr} = cli(['run', '--python', python ?? '', '--json', file, '--', script]);
	t.is(status, 0, stderr);
	t.is(stdout.trim(), 'done');
	const {findings} = JSON.parse(readFileSync(file, 'utf8')) as {findings: readonly Finding[]};
	const seen = findings.filter(({kind}) => kind === 'processes-not-counted' || kind === 'program-replaced');
	t.deepEqual(
		seen.map(({kind}) => kind),
		Object.keys(kinds),
	);
	for (const {kind, message} of seen) t.regex(message, kinds[kind] ?? /^$/);
});

withPython('a program that starts no process has no such finding', found, 'print("done")', {});
withPython(
	'forked children are counted as processes, not as calls',
	found,
	'import os\nfor _ in range(3):\n\tpid = os.fork()\n\tif pid == 0: os._exit(0)\n\tos.waitpid(pid, 0)\nprint("done")',
	{'processes-not-counted': /started 3 other processes/},
);
withPython(
	'so are those of subprocess, which forks in its own way',
	found,
	'import subprocess\nfor _ in range(2): subprocess.run(["/bin/true"])\nprint("done")',
	{'processes-not-counted': /started 2 other processes/},
);
withPython(
	'and one that is spawned',
	found,
	'import os\nos.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)\nprint("done")',
	{'processes-not-counted': /started one other process,/},
);
withPython(
	'and a shell that libc starts by itself, as os.system and popen have it',
	found,
	'import ctypes, os\nos.system("true")\nlibc = ctypes.CDLL(None)\nlibc.popen.restype = ctypes.c_void_p\nlibc.pclose.argtypes = [ctypes.c_void_p]\nlibc.pclose(libc.popen(b"true", b"r"))\nlibc.system(None)\nprint("done")',
	{'processes-not-counted': /started 2 other processes/},
);
withPython(
	'an exec that fails becomes nothing',
	found,
	'import os\ntry: os.execv("/no/such/file", ["x"])\nexcept OSError: print("done")',
	{},
);
withPython(
	'a program that becomes another one is counted until then, and that is said',
	found,
	'import os, sys\nif "AGAIN" in os.environ: print("done")\nelse:\n\tos.environ["AGAIN"] = "1"\n\tos.execv(sys.executable, [sys.executable] + sys.argv)',
	{'program-replaced': /by exec/},
);
