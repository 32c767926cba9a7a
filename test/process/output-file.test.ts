/** This file tests how output files are written: real files, links, FIFOs, devices and descriptors, as the system has them. */

import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	chmodSync,
	chownSync,
	closeSync,
	constants,
	existsSync,
	linkSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {SuiteError} from '../../src/errors.js';
import {mustBeWritable, writeOutput} from '../../src/process/output-file.js';
import {renderJson} from '../../src/render/json.js';
import {cliPath} from '../support/cli.js';
import {machine, needing, superuser} from '../support/needs.js';
import {report, twoBuilds} from '../support/reports.js';
import {workshop} from '../support/workshop.js';

const never = new AbortController().signal;

test('a new file has the mode that the umask leaves', async t => {
	const path = join(workshop(t).folder, 'new.json');
	await writeOutput(path, ['one', ' two'], never);
	t.is(readFileSync(path, 'utf8'), 'one two');
	t.is(statSync(path).mode & 0o777, 0o666 & ~process.umask());
});

test('a file that is there is replaced, not written over, and keeps its mode', async t => {
	const {folder, file} = workshop(t);
	const path = file('old.json', 'a long old text');
	chmodSync(path, 0o640);
	const other = join(folder, 'another name of the old file');
	linkSync(path, other);
	await writeOutput(path, ['new'], never);
	t.is(readFileSync(path, 'utf8'), 'new');
	t.is(statSync(path).mode & 0o7777, 0o640);
	t.is(readFileSync(other, 'utf8'), 'a long old text');
	t.deepEqual(readdirSync(folder).sort(), ['another name of the old file', 'old.json']);
});

needing(superuser)('a file of somebody else keeps its owner', async t => {
	const path = workshop(t).file('theirs.json', 'old');
	chownSync(path, 65534, 65534);
	await writeOutput(path, ['new'], never);
	const {uid, gid} = statSync(path);
	t.deepEqual([readFileSync(path, 'utf8'), uid, gid], ['new', 65534, 65534]);
});

test('what fails on the way leaves the old file as it was, and nothing beside it', async t => {
	const {folder, file} = workshop(t);
	const path = file('old.json', 'old');
	function* failing() {
		yield 'half';
		throw new Error('the work failed');
	}
	await t.throwsAsync(writeOutput(path, failing(), never), {instanceOf: SuiteError});
	t.is(readFileSync(path, 'utf8'), 'old');
	t.deepEqual(readdirSync(folder), ['old.json']);
});

test('a symbolic link is followed and stays, to a file that is there and to one that is not', async t => {
	const {folder, file, link} = workshop(t);
	file('there/file', 'old');
	link('to-file', 'there/file');
	link('to-link', 'to-file');
	link('to-nothing', 'there/new');
	await writeOutput(join(folder, 'to-link'), ['new'], never);
	await writeOutput(join(folder, 'to-nothing'), ['made'], never);
	t.is(readFileSync(join(folder, 'there/file'), 'utf8'), 'new');
	t.is(readFileSync(join(folder, 'there/new'), 'utf8'), 'made');
	t.deepEqual(
		['to-file', 'to-link', 'to-nothing'].map(name => readlinkSync(join(folder, name))),
		['there/file', 'to-file', 'there/new'],
	);
});

const refused = test.macro({
	async exec(t, make: (folder: string) => string, why: RegExp) {
		const path = make(workshop(t).folder);
		t.throws(() => mustBeWritable(path), {instanceOf: SuiteError, message: why});
		await t.throwsAsync(writeOutput(path, ['x'], never), {instanceOf: SuiteError, message: why});
	},
	title: (title = '') => `${title} is refused in one sentence`,
});

test('a folder', refused, folder => folder, /cannot be written: it is a directory\.$/);
test(
	'a file in a folder that is not there',
	refused,
	folder => join(folder, 'no/f'),
	/there is no such file or directory\.$/,
);
test('a circle of links', refused, circle, /its symbolic links lead in a circle\.$/);
test('a descriptor that is not open', refused, () => '/proc/self/fd/987', /it is not open for that\.$/);

function circle(folder: string): string {
	execFileSync('ln', ['-s', 'b', join(folder, 'a')]);
	execFileSync('ln', ['-s', 'a', join(folder, 'b')]);
	return join(folder, 'a');
}

test('a FIFO is written into, more than it holds at once, and stays a FIFO', async t => {
	const fifo = fifoIn(t);
	const text = 'x'.repeat(300_000);
	const reader = spawn('sh', ['-c', 'sleep 0.2; wc -c <"$0"', fifo], {stdio: ['ignore', 'pipe', 'inherit']});
	const said = reader.stdout.setEncoding('utf8').toArray();
	await writeOutput(fifo, [text, text], never);
	t.is((await said).join('').trim(), '600000');
	t.true(lstatSync(fifo).isFIFO());
});

test('a FIFO that nobody reads is waited for until the work is aborted', async t => {
	const abort = new AbortController();
	const writing = writeOutput(fifoIn(t), ['x'], abort.signal);
	setTimeout(() => abort.abort(new SuiteError('Ended.')), 100);
	await t.throwsAsync(writing, {message: 'Ended.'});
});

test('a FIFO whose reader goes away is one sentence', async t => {
	const fifo = fifoIn(t);
	const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
	function* pieces() {
		yield 'first';
		closeSync(reader);
		yield 'second';
	}
	await t.throwsAsync(writeOutput(fifo, pieces(), never), {message: /cannot be written: its reader has gone\.$/});
});

test('what a killed writer left beside a file goes with the next one’s writing, and a living writer’s stays', async t => {
	const {folder, file} = workshop(t);
	const path = join(folder, 'report.json');
	const module = new URL('../../src/process/output-file.js', import.meta.url).href;
	// It has written a part, and waits for more.
	const code = `import {writeOutput} from '${module}';
		import {writeSync} from 'node:fs';
		function* pieces() {
			yield 'half';
			writeSync(1, 'half');
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
		}
		await writeOutput('${path}', pieces(), new AbortController().signal);`;
	const writer = async () => {
		const child = spawn(process.execPath, ['--input-type=module', '-e', code], {stdio: ['ignore', 'pipe', 'inherit']});
		t.teardown(() => child.kill('SIGKILL'));
		await once(child.stdout, 'data');
		return child;
	};
	const killed = await writer();
	const [left = ''] = readdirSync(folder);
	t.regex(left, /^\.pyinterpose-/);
	killed.kill('SIGKILL');
	await once(killed, 'exit');
	t.deepEqual(readdirSync(folder), [left]);
	await writer();
	const [living = '', ...more] = readdirSync(folder);
	t.deepEqual([living === left, more], [false, []], 'the next writer removes it');
	// Nor is anything taken that has only such a name.
	const others = [`${left.slice(0, -1)}é`, '.pyinterpose-0123456789abcdef'].map(name => file(name, ''));
	await writeOutput(path, ['whole'], never);
	t.deepEqual(readdirSync(folder).sort(), [...others.map(path => basename(path)), living, 'report.json'].sort());
	t.is(readFileSync(path, 'utf8'), 'whole');
});

test('a full device is one sentence, and stays a device', async t => {
	const path = workshop(t).link('full', '/dev/full');
	t.notThrows(() => mustBeWritable(path));
	await t.throwsAsync(writeOutput(path, ['x'], never), {message: /cannot be written: the file system is full\.$/});
	t.true(statSync('/dev/full').isCharacterDevice());
	t.true(lstatSync(path).isSymbolicLink());
});

/** In a container root may make one and still not open it. */
function makesNodes(): boolean {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-test-'));
	try {
		const path = join(folder, 'null');
		return spawnSync('mknod', [path, 'c', '1', '3']).status === 0 && opens(path);
	} finally {
		rmSync(folder, {recursive: true});
	}
}

needing(machine(makesNodes(), 'leave to make a device node'))(
	'a device node is written into and never replaced',
	async t => {
		const path = join(workshop(t).folder, 'null');
		t.is(spawnSync('mknod', [path, 'c', '1', '3']).status, 0);
		await writeOutput(path, ['x'], never);
		t.true(lstatSync(path).isCharacterDevice());
	},
);

test('a terminal is written into', t => {
	const script = `
import os, pty, subprocess, sys
master, slave = pty.openpty()
subprocess.run([*sys.argv[1:], '--output', 'json=' + os.ttyname(slave)], stdout=subprocess.DEVNULL, check=False)
print(os.read(master, 9).decode())`;
	const args = ['-c', script, process.execPath, cliPath, 'diff', ...twoReports(t)];
	const {stdout, stderr} = spawnSync('python3', args, {encoding: 'utf8', timeout: 60_000});
	t.is(stderr, '');
	t.is(stdout.trim()[0], '{');
});

test('/dev/stdout is where standard output stands, and nothing that was written before is lost', t => {
	const {folder} = workshop(t);
	const command = 'echo before >out; "$@" --output json=/dev/stdout >>out; rc=$?; echo after >>out; exit $rc';
	const args = ['-c', command, 'sh', process.execPath, cliPath, 'diff', ...twoReports(t)];
	const {status} = spawnSync('sh', args, {cwd: folder, timeout: 60_000});
	const lines = readFileSync(join(folder, 'out'), 'utf8').trimEnd().split('\n');
	t.is(status, 0);
	t.deepEqual([lines[0], lines[1], lines.at(-1)], ['before', '{', 'after']);
	t.true(lines.indexOf('}') < lines.length - 2, 'the terminal report follows the JSON');
	t.deepEqual(readdirSync(folder), ['out']);
});

function twoReports(t: ExecutionContext): readonly [string, string] {
	const {file} = workshop(t);
	const [worse = '', better = ''] = twoBuilds.targets.map(one => renderJson(report([one])));
	return [file('worse.json', worse), file('better.json', better)];
}

function fifoIn(t: ExecutionContext): string {
	const {folder} = workshop(t);
	mkdirSync(join(folder, 'in'));
	execFileSync('mkfifo', [join(folder, 'in/fifo')]);
	return join(folder, 'in/fifo');
}

function opens(path: string): boolean {
	try {
		closeSync(openSync(path, 'w'));
		return existsSync(path);
	} catch {
		rmSync(path);
		return false;
	}
}
