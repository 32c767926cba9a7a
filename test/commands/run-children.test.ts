/** This file tests that `run --children` counts the processes that a program starts, each to the call, and says which it does not count. */

import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Finding, FunctionReport} from '../../src/model/report.js';
import {cli, cliPath} from '../support/cli.js';
import {anyLibpython, embedder} from '../support/embedder.js';
import {file, machine, needing} from '../support/needs.js';
import {ownLibpythons} from '../support/own-prefix.js';
import {systemLibpythons, systemPython} from '../support/pythons.js';
import {type Workshop, workshop} from '../support/workshop.js';

interface Counted {
	readonly calls: (symbol: string) => number;
	readonly findings: readonly string[];
	readonly stdout: string;
}

function ran(work: Workshop, python: readonly string[], code: string, flags: readonly string[]): Counted {
	const json = join(work.folder, 'run.json');
	const script = work.file('script.py', code);
	const {status, stdout, stderr} = cli(['run', ...flags, '--json', json, ...python, '-S', '-E', script]);
	if (status !== 0 || stderr !== '') throw new Error(`${status} ${stderr}`);
	return {...countedIn(json), stdout};
}

/** All calls of the interpreter's, whether they ran the override or passed it by. */
function countedIn(json: string): Omit<Counted, 'stdout'> {
	const {functions, findings} = JSON.parse(readFileSync(json, 'utf8')) as {
		functions: readonly FunctionReport[];
		findings: readonly Finding[];
	};
	const calls = (symbol: string) =>
		functions
			.find(one => one.symbol === symbol)
			?.calls.filter(({caller}) => caller === 'interpreter')
			.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0) ?? 0;
	const told = findings.filter(({kind}) => /^(processes|program)-/.test(kind));
	return {calls, findings: told.map(({message}) => message)};
}

/** Three forked children, a forked child's child, and a started one; each makes as many calls as the program itself: six times. */
const family = (rounds: number) => `
import os, sys
def work():
    for i in range(${rounds}): bytearray(9000); format(i, "08d")
def forked(then):
    child = os.fork()
    if child == 0:
        then()
        os._exit(0)
    os.waitpid(child, 0)
if len(sys.argv) > 1: work(); sys.exit()
def twice(): work(); forked(work)
for then in (work, work, twice): forked(then)
os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-S", "-E", sys.argv[0], "again"], os.environ), 0)
work()
`;

const exact = test.macro((t: ExecutionContext, target: string, isLibrary: boolean) => {
	const work = workshop(t);
	const python = isLibrary ? ['--', embedder(work, target)] : ['--python', target, '--'];
	const growth = (flags: readonly string[]) => {
		const [once, twice] = [500, 1000].map(rounds => ran(work, python, family(rounds), flags)) as [Counted, Counted];
		t.deepEqual(once.findings, twice.findings);
		const symbols = ['malloc', 'PyObject_Format'];
		return {more: symbols.map(symbol => twice.calls(symbol) - once.calls(symbol)), findings: once.findings};
	};
	const alone = growth([]);
	t.deepEqual(alone.more, [500, 500]);
	t.regex(alone.findings.join(), /started 4 other processes, whose calls are not counted/);
	const all = growth(['--children']);
	t.deepEqual(all.more, [3000, 3000]);
	t.deepEqual(all.findings, ['5 other processes were counted, too, from beginning to end.']);
});

const whole = (path: string | null | undefined, lack = file(path)) => needing(lack).serial;
const defaultFlags = ownLibpythons().find(path => /3\.1[1-3]\./.test(path));
const bound = systemLibpythons().find(path => /libpython3\./.test(path));
whole(defaultFlags, machine(defaultFlags !== undefined, 'a libpython of default flags'))(
	"children's calls are counted to the call on a default-flag libpython",
	exact,
	defaultFlags ?? '',
	true,
);
whole(bound)("children's calls are counted to the call on a system's libpython", exact, bound ?? '', true);
whole('/usr/bin/python3')(
	"children's calls are counted to the call on the system's python3",
	exact,
	'/usr/bin/python3',
	false,
);

const python = systemPython();
const said = test.macro((t: ExecutionContext, code: string, expected: readonly RegExp[]) => {
	const {findings, stdout} = ran(workshop(t), ['--python', python ?? '', '--'], `${code}\nprint("done")`, [
		'--children',
	]);
	t.is(stdout.trim(), 'done');
	t.is(findings.length, expected.length, findings.join('\n'));
	for (const [index, pattern] of expected.entries()) t.regex(findings[index] ?? '', pattern);
});
const withPython = (title: string, code: string, expected: readonly RegExp[]) =>
	needing(file(python))(title, said, code, expected);

withPython('a program that starts nothing has no such finding', 'pass', []);
withPython('another program is named, and not counted', 'import subprocess; subprocess.run(["/bin/true"])', [
	/^One process became .*true, of which nothing is counted\.$/,
]);
withPython('a shell is another program', 'import os; os.system("true")', [/^One process became \/.*sh, of which/]);
withPython(
	'a Python without the list of preloads is told as not seen',
	'import subprocess, sys; subprocess.run([sys.executable, "-S", "-c", "pass"], env={})',
	[/^One process did not load the shim/],
);
withPython(
	'a child that is forked beside a thread is not counted, since the loader may be locked in it',
	`import os, threading, warnings
warnings.simplefilter("ignore")
go = threading.Event(); thread = threading.Thread(target=go.wait); thread.start()
child = os.fork()
if child == 0: os._exit(0)
os.waitpid(child, 0); go.set(); thread.join()`,
	[/^One process forked while the program had more than one thread/],
);
withPython(
	'a program that becomes itself by exec is counted on, and is no other process',
	'import os, sys\nif "AGAIN" not in os.environ:\n\tos.environ["AGAIN"] = "1"\n\tos.execv(sys.executable, [sys.executable] + sys.argv)',
	[],
);

needing(file(anyLibpython()))('a child that outlives the program leaves nothing behind, and ends in peace', t => {
	const work = workshop(t);
	const temporary = join(work.folder, 'temporary');
	mkdirSync(temporary);
	// It writes when the program has ended, forks once more, and starts something.
	const code = `import os, time
read, write = os.pipe()
if os.fork() == 0:
	os.close(write)
	os.read(read, 1)
	time.sleep(1)
	for i in range(1000): repr(i)
	if os.fork() == 0: os._exit(0)
	os.wait()
	print("survived", os.system("true"), flush=True)
	os._exit(0)
`;
	const script = work.file('script.py', code);
	const {stdout, stderr} = spawnSync(
		process.execPath,
		[cliPath, 'run', '--children', '--', embedder(work, anyLibpython() ?? ''), '-S', '-E', script],
		{encoding: 'utf8', env: {...process.env, TMPDIR: temporary}},
	);
	t.is(stdout.trim(), 'survived 0');
	t.is(stderr, '');
	t.deepEqual(readdirSync(temporary), []);
});

needing(file(python))('Ctrl-C ends the program and its child, and what both did until then is counted', async t => {
	const interrupted = async (rounds: number) => {
		const {folder} = workshop(t);
		const json = join(folder, 'run.json');
		const code = `import os, time
def work():
	for i in range(${rounds}): format(i, "08d")
read, write = os.pipe()
child = os.fork()
work()
if child == 0:
	os.write(write, b"x")
else:
	os.read(read, 1)
	print("ready", flush=True)
time.sleep(300)`;
		const words = [cliPath, 'run', '--children', '--json', json, '--python', python ?? '', '-c', code];
		const driver = spawn(process.execPath, words, {stdio: ['ignore', 'pipe', 'ignore'], detached: true});
		t.teardown(() => driver.kill('SIGKILL'));
		await once(driver.stdout, 'data');
		// As a terminal does: to all that run in it.
		process.kill(-(driver.pid ?? 0), 'SIGINT');
		t.deepEqual(await once(driver, 'exit'), [130, null]);
		return countedIn(json);
	};
	const [few, many] = [await interrupted(1000), await interrupted(2000)];
	t.is(many.calls('PyObject_Format') - few.calls('PyObject_Format'), 2000);
	t.deepEqual(many.findings, ['One other process was counted, too, from beginning to end.']);
});

test('call sites of several processes cannot be told', t => {
	const {status, stderr} = cli(['run', '--children', '--sites', '-c', 'pass']);
	t.is(status, 2);
	t.regex(stderr, /--sites tells of one process/);
});
