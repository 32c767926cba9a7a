/** This file gives every command that reads a file every kind of file there is: each is read or refused, and none hangs. */

import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {renderJson} from '../../src/render/json.js';
import {cliPath} from '../support/cli.js';
import {report, twoBuilds} from '../support/reports.js';
import {workshop} from '../support/workshop.js';

/** `FILE` stands for the file. */
const commands = [
	['inspect', 'FILE'],
	['inspect', '--json', 'FILE'],
	['inspect', '--contract', 'FILE', '/bin/true'],
	['explain', 'malloc', 'FILE'],
	['merge', 'FILE'],
	['history', 'FILE'],
	['diff', 'FILE', 'FILE'],
	['contract', 'init', 'FILE'],
	['contract', 'check', 'FILE', 'FILE'],
	['check', '--contract', 'FILE', '/bin/true'],
	['check', '--baseline', 'FILE', '/bin/true'],
	['check', 'FILE'],
	['list', 'FILE'],
	['run', '--python', 'FILE', '-c', 'pass'],
] as const;

const kinds: Readonly<Record<string, (t: ExecutionContext) => string | Promise<string>>> = {
	'a named pipe that nobody writes': t => made(t, path => execFileSync('mkfifo', [path])),
	'an endless device': () => '/dev/zero',
	'a directory': t => workshop(t).folder,
	'an empty file': t => workshop(t).file('empty', ''),
	'a sparse file of 8 GiB': t => made(t, path => execFileSync('truncate', ['-s', '8G', path])),
	'a socket': socket,
	'a circle of links': t => workshop(t).link('circle', 'circle'),
	'a file that is not there': t => join(workshop(t).folder, 'missing'),
};

const refused = test.macro({
	async exec(t, kind: string) {
		const path = await kinds[kind]?.(t);
		for (const command of commands) {
			const args = command.map(word => (word === 'FILE' ? (path ?? '') : word));
			const {status, signal, stdout, stderr} = run(args);
			t.deepEqual([status, signal], [2, null], `${args.join(' ')}: ${stdout}${stderr}`);
			t.notRegex(stderr, /a fault of its own/, args.join(' '));
			t.regex(stdout + stderr, /\w/, args.join(' '));
		}
	},
	title: (_, kind) => `every command refuses ${kind} with exit 2 and words, and ends`,
});

for (const kind of Object.keys(kinds)) test.serial(refused, kind);

const [one = ''] = twoBuilds.targets.map(build => renderJson(report([build])));

test('a report comes through a pipe of the shell, and through standard input', t => {
	const file = workshop(t).file('one.json', one);
	const merged = run(['merge', '--json', file]).stdout;
	t.regex(merged, /^\{/);
	const through = (script: string) =>
		spawnSync('bash', ['-c', script, 'bash', process.execPath, cliPath, file], {encoding: 'utf8', timeout: 60_000});
	t.is(through('"$1" "$2" merge --json <(cat "$3")').stdout, merged);
	t.is(through('cat "$3" | "$1" "$2" merge --json -').stdout, merged);
	t.is(through('"$1" "$2" merge --json - <"$3"').stdout, merged);
	t.is(through('"$1" "$2" merge --json /dev/stdin <"$3"').stdout, merged);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
	test(`${signal} ends a command that waits for standard input`, async t => {
		const child = spawn(process.execPath, [cliPath, 'merge', '-'], {stdio: ['pipe', 'ignore', 'pipe']});
		const ended = once(child, 'exit');
		// Long enough to be reading; a signal that comes before ends the command as well.
		setTimeout(() => child.kill(signal), 700);
		const [status, by] = await ended;
		t.deepEqual([status ?? by], [status === null ? signal : {SIGTERM: 143, SIGINT: 130, SIGHUP: 129}[signal]]);
	});
}

function run(args: readonly string[]) {
	const env = {PATH: process.env.PATH, HOME: process.env.HOME};
	return spawnSync(process.execPath, [cliPath, ...args], {encoding: 'utf8', env, input: '', timeout: 60_000});
}

function made(t: ExecutionContext, make: (path: string) => void): string {
	const path = join(workshop(t).folder, 'given');
	make(path);
	return path;
}

async function socket(t: ExecutionContext): Promise<string> {
	const path = join(workshop(t).folder, 'socket');
	const server = createServer().listen(path);
	await once(server, 'listening');
	t.teardown(() => server.close());
	return path;
}
