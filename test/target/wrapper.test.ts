/** This file tests what becomes of LD_PRELOAD and of the libpython on the way through wrappers and through programs that start themselves anew. */

import {dirname} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Target} from '../../src/model/target.js';
import {madeByWrapper} from '../../src/target/environment.js';
import {withLauncher} from '../../src/target/launch.js';
import {gatherTargets} from '../../src/target/targets.js';
import {cli} from '../support/cli.js';
import {anyLibpython, copied, embedder} from '../support/embedder.js';
import {file, needing} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const library = anyLibpython();
const withLibpython = needing(file(library, 'a libpython'));
const libpython = library ?? '';

/** Each makes a target of the given folder; `real` is an embedder of the libpython. */
type Made = (work: Workshop, real: string) => string;

function script(lines: string): Made {
	return (work, real) => work.file('python3', `#!/bin/sh\n${lines.replaceAll('REAL', real)}\n`, 0o755);
}

async function described(t: ExecutionContext, made: Made): Promise<Target> {
	const work = workshop(t);
	const path = made(work, embedder(work, libpython));
	const surroundings = {env: process.env, signal: new AbortController().signal, timeoutSeconds: 20};
	const {targets, failures} = await withLauncher(process.env, launch =>
		gatherTargets({kind: 'named', names: [path]}, launch, surroundings),
	);
	t.deepEqual(failures, []);
	return targets[0] as Target;
}

const preloadIs = test.macro<[made: Made, preload: Target['preload']]>(async (t, made, preload) => {
	const {preload: seen, findings} = await described(t, made);
	t.is(seen, preload);
	t.is(findings.filter(({kind}) => kind === 'preload-dropped').length, preload === 'dropped' ? 1 : 0);
});

const again = (how: string): Made =>
	function reexecuting(work) {
		const source = `#include <stdlib.h>
			#include <unistd.h>
			extern int Py_BytesMain(int, char **);
			int main(int count, char **words)
			{
				if (!getenv("AGAIN")) { setenv("AGAIN", "1", 1); ${how} execv("/proc/self/exe", words); }
				return Py_BytesMain(count, words);
			}`;
		return embedder(work, libpython, source, 'python-again');
	};

withLibpython(
	'a wrapper that passes its environment on keeps the preload',
	preloadIs,
	script('exec REAL "$@"'),
	'kept',
);
withLibpython(
	'a wrapper that unsets LD_PRELOAD drops it',
	preloadIs,
	script('unset LD_PRELOAD\nexec REAL "$@"'),
	'dropped',
);
withLibpython(
	'a wrapper that empties the environment drops the preload',
	preloadIs,
	script('exec env -i HOME="$HOME" REAL "$@"'),
	'dropped',
);
withLibpython('a program that starts itself anew keeps the preload', preloadIs, again(''), 'kept');
withLibpython(
	'a program that starts itself anew without LD_PRELOAD drops it',
	preloadIs,
	again('unsetenv("LD_PRELOAD");'),
	'dropped',
);

const libraryIs = test.macro<[lines: string, own: boolean]>(async (t, lines, own) => {
	let other = '';
	const {interpreter} = await described(t, (work, real) => {
		other = copied(work, libpython, 'other');
		return script(lines.replaceAll('OTHER', dirname(other)))(work, real);
	});
	t.is(interpreter.path, own ? libpython : other);
});

withLibpython('a wrapper that names no library leads to the program’s own', libraryIs, 'exec REAL "$@"', true);
withLibpython(
	'a wrapper that sets LD_LIBRARY_PATH leads to the libpython in that folder',
	libraryIs,
	`export PYTHONHOME=${dirname(libpython).startsWith('/usr/lib/') ? '/usr' : dirname(dirname(libpython))}\nexport LD_LIBRARY_PATH=OTHER\nexec REAL "$@"`,
	false,
);

withLibpython('the words that a wrapper adds are given to the Python at every start', async t => {
	const {start} = await described(t, script('exec REAL -I -W ignore "$@"'));
	t.deepEqual(start.kind === 'interpreter' ? start.through?.argv : null, ['-I', '-W', 'ignore']);
});

withLibpython('check says of every override that a dropping wrapper bypasses it, and why', t => {
	const work = workshop(t);
	const path = script('unset LD_PRELOAD\nexec REAL "$@"')(work, embedder(work, libpython));
	const {status, stdout} = cli(['check', '--symbols', 'PyErr_Occurred', '--no-sweep', path]);
	t.is(status, 0);
	t.is(stdout.match(/ ✗ 0 of 1 /g)?.length, 3);
	t.regex(stdout, /LD_PRELOAD is dropped/);
	t.notRegex(stdout, /✓ \d/);
});

withLibpython('run says that a dropping wrapper leaves no override', t => {
	const work = workshop(t);
	const path = script('unset LD_PRELOAD\nexec REAL "$@"')(work, embedder(work, libpython));
	const {status, stderr} = cli(['run', '--report', '--python', path, '-c', 'pass']);
	t.is(status, 0);
	t.regex(stderr, /takes LD_PRELOAD away/);
});

test('what a wrapper makes is what it sets, changes or takes away, but for what every shell sets', t => {
	const given = {PATH: '/bin', HOME: '/root', LD_PRELOAD: 'ours', LD_LIBRARY_PATH: '/old'};
	const seen = {PATH: '/opt/bin:/bin', HOME: '/root', _: '/bin/python', SHLVL: '2', PWD: '/', PYTHONHOME: '/opt'};
	t.deepEqual(madeByWrapper(given, seen), {LD_LIBRARY_PATH: '', PATH: '/opt/bin:/bin', PYTHONHOME: '/opt'});
});
