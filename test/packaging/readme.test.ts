/** This file runs what the README and packaging/README.md show of contracts, so that they stay true. */

import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {checkContract} from '../../src/contract/check.js';
import {readContract} from '../../src/contract/read.js';
import {cli, folder} from '../support/cli.js';
import {builtAs} from '../support/lab-built.js';
import {machine, needing, program} from '../support/needs.js';
import {layOut, root} from '../support/packaging.js';
import {changed, claim, functionsOf, report, target} from '../support/reports.js';

test('the contract that packaging/README.md shows is read, and its patterns match what they say', t => {
	const [, toml = ''] = /```toml\n([\s\S]*?)```/.exec(readFileSync(join(root, 'packaging/README.md'), 'utf8')) ?? [];
	const contract = readContract(toml, 'README.md', '2026-11-26');
	const kept = target({
		binding: {...target().binding, mode: 'preemptible', functions: 2},
		functions: functionsOf([
			claim(
				'PyMem_Malloc',
				'interpreter',
				{kind: 'partial', calls: 95, bypassed: 5, bound: 1, because: 'same-unit'},
				'memory',
			),
			claim('PyObject_Malloc', 'extension', {kind: 'honored', calls: 1}, 'memory'),
			claim('malloc', 'interpreter', {kind: 'uncalled', references: 1, 'would-be': 'honored'}, 'libc-memory'),
		]),
	});
	t.deepEqual(checkContract(report([kept]), contract), []);
	const lost = {
		...kept,
		functions: changed(kept, one => ({...one, verdict: {kind: 'bypassed', bypassed: 1, because: 'symbolic'}})),
	};
	t.is(checkContract(report([lost]), contract).length, 3);
});

test('the commands that the README shows for a packager run as shown', t => {
	const text = readFileSync(join(root, 'README.md'), 'utf8');
	const [, section = ''] = /## Before an upload, and from then on\n([\s\S]*?)\n## /.exec(text) ?? [];
	const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
	t.is(blocks.length, 3);
	const lines = blocks
		.slice(0, 2)
		.join('')
		.split('\n')
		.filter(line => /^pyinterpose (check|diff|contract)/.test(line));
	t.is(lines.length, 4);
	const {cwd, path} = layOut(t, 'github');
	for (const line of lines) {
		// The build after the change is, for a test, the build before it: quick, and nothing is lost.
		const words = line.replaceAll('/usr/bin/python3', 'python3').replaceAll('./build/python', 'python3');
		const quick = words.includes(' check ') ? `${words} --no-sweep --symbols libc-time` : words;
		const isDiff = words.includes(' diff ');
		const {status, stdout, stderr} = spawnSync(
			'bash',
			['--norc', '-c', isDiff ? words.replace('python3', 'before.json') : quick],
			{
				cwd,
				encoding: 'utf8',
				env: {PATH: path, HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8'},
			},
		);
		// A report compared with itself: the words of the command were understood.
		if (isDiff) t.regex(stdout, /the same build in both reports/);
		else t.is(status, 0, `${words}: ${stderr}`);
	}
});

const library = '/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0';
const isOfTheReadme = isBuild(library, 'dc7ea6fd');

// What the README shows is what one build of Debian 12 gives.
needing(machine(isOfTheReadme, "the README's build of Debian's libpython"))(
	"the README's first screen is what the command prints of Debian's libpython",
	t => {
		const text = readFileSync(join(root, 'README.md'), 'utf8');
		const [, shown = ''] = /npm start -- \/usr\/lib\/\S+\n([\s\S]*?)```/.exec(text) ?? [];
		t.is(cli(['check', library]).stdout, shown);
		t.true(shown.trimEnd().split('\n').length <= 12);
	},
);

const three = {
	[join(homedir(), '.pyenv/versions/3.11.7/bin/python')]: 'a7516ae8',
	'/usr/bin/python3.11': 'c561f3aa',
	[library]: 'dc7ea6fd',
};
const areThere = Object.entries(three).every(([path, id]) => isBuild(path, id));

needing(machine(areThere, "the README's three builds"))(
	"the README's comparison of three builds is what the command prints of them",
	t => {
		const text = readFileSync(join(root, 'README.md'), 'utf8');
		const [, words = '', shown = ''] = /npm start -- (~\S+ .*)\n([\s\S]*?)…\n```/.exec(text) ?? [];
		t.deepEqual(words.replace('~', homedir()).split(' '), Object.keys(three));
		const {stdout} = cli(['check', ...Object.keys(three)]);
		t.is(stdout.slice(0, shown.length), shown);
		t.regex(shown, /^(\S+ (static|shared) .*\n){3}$/m);
	},
);

needing(machine(isOfTheReadme, "the README's build of Debian's libpython"))(
	'the README begins with what explain says of one function of it',
	t => {
		const lines = cli(['explain', 'PyErr_Occurred', library]).stdout.split('\n').slice(0, 2);
		t.deepEqual(firstScreen().slice(1, 3), lines);
	},
);

const pair = ['shared', 'shared-symbolic-functions'] as const;

test("the README's sentence of diff is what diff prints of the two reports that are kept", t => {
	const kept = (name: string) => gunzipSync(readFileSync(join(root, `test/golden/readme/${name}.json.gz`)));
	const cwd = folder(t, Object.fromEntries(pair.map(name => [`${name}.json`, String(kept(name))])));
	const [head, ...sentence] = firstScreen().slice(5);
	t.is(head, '$ pyinterpose diff shared.json shared-symbolic-functions.json');
	t.deepEqual(
		sentence,
		cli(['diff', ...pair.map(name => `${name}.json`)], {cwd})
			.stdout.split('\n')
			.slice(0, 4),
	);
});

const built = pair.map(variant => builtAs(variant, '3.11.2'));
const isPair = ['aaf08da7', '2c4d2798'].every((id, at) => isBuild(built[at]?.library ?? '', id));

needing(machine(isPair, "the README's pair of builds of the lab"))(
	"the README's sentence of diff holds of the two builds today",
	t => {
		const cwd = folder(t);
		for (const [at, name] of pair.entries()) {
			t.is(cli(['check', built[at]?.python ?? '', '--output', `json=${name}.json`, '--quiet'], {cwd}).status, 0);
		}
		const {stdout} = cli(['diff', ...pair.map(name => `${name}.json`)], {cwd});
		t.deepEqual(firstScreen().slice(6), stdout.split('\n').slice(0, 4));
	},
);

needing(machine(isPair, "the README's pair of builds of the lab"), program('abidiff'))(
	'abidiff finds nothing to say of the same two builds',
	t => {
		const {status, stdout} = spawnSync(
			'abidiff',
			built.map(one => one?.library ?? ''),
			{encoding: 'utf8'},
		);
		t.deepEqual([status, stdout], [0, '']);
		t.is(firstScreen()[4], '0');
	},
);

function isBuild(path: string, id: string): boolean {
	return existsSync(path) && buildIdOf(path).startsWith(id);
}

/** The lines of the README's first block. */
function firstScreen(): readonly string[] {
	const [, shown = ''] = /```console\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
	return shown.trimEnd().split('\n');
}

function buildIdOf(path: string): string {
	const {stdout} = spawnSync('readelf', ['-n', path], {encoding: 'utf8'});
	return /Build ID: ([0-9a-f]+)/.exec(stdout)?.[1] ?? '';
}
