/** This file shows that nothing of an archive is unpacked outside the folder that it is unpacked into. */

import {execFileSync} from 'node:child_process';
import {lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {unpackInto} from '../../src/archive/unpack.js';
import {TargetError} from '../../src/errors.js';
import {needing, program} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

/** Of a tar archive: a file has text, a link what it leads to. */
type Member =
	| {readonly name: string; readonly text: string}
	| {readonly name: string; readonly symbolic: string}
	| {readonly name: string; readonly hard: string};

/** Python's own writer, which writes whatever name it is told. */
const writer = `
import io, json, sys, tarfile
with tarfile.open(sys.argv[1], "w:gz", format=tarfile.GNU_FORMAT if sys.argv[2] == "gnu" else tarfile.PAX_FORMAT) as archive:
	for member in json.load(sys.stdin):
		info = tarfile.TarInfo(member["name"])
		info.mtime, info.mode = 1000000000, 0o4755
		if "symbolic" in member: info.type, info.linkname = tarfile.SYMTYPE, member["symbolic"]
		elif "hard" in member: info.type, info.linkname = tarfile.LNKTYPE, member["hard"]
		data = member.get("text", "").encode()
		info.size = len(data)
		archive.addfile(info, io.BytesIO(data))
`;

function archive(work: Workshop, members: readonly Member[], {name = 'a.tar.gz', form = 'gnu'} = {}): string {
	const path = join(work.folder, name);
	execFileSync('python3', ['-c', writer, path, form], {input: JSON.stringify(members)});
	return path;
}

const bounds = {unpacked: 1 << 20, member: 1 << 20, signal: new AbortController().signal};

async function unpacked(work: Workshop, paths: readonly string[]): Promise<string> {
	const folder = join(work.folder, 'outer', 'root');
	mkdirSync(folder, {recursive: true});
	await unpackInto(
		folder,
		paths.map(path => ({path, form: 'tar'})),
		bounds,
	);
	return folder;
}

const refuses = test.macro(async (t: ExecutionContext, reason: RegExp, ...members: readonly Member[]) => {
	const work = workshop(t);
	work.file('outer/canary', 'untouched');
	const path = archive(work, members);
	const error = await t.throwsAsync(unpacked(work, [path]), {instanceOf: TargetError});
	t.true(error?.message.startsWith(`${path} cannot be unpacked: `), error?.message);
	t.regex(error?.message ?? '', reason);
	t.deepEqual(readdirSync(join(work.folder, 'outer')), ['canary', 'root']);
	t.is(readFileSync(join(work.folder, 'outer/canary'), 'utf8'), 'untouched');
});

const file = (name: string): Member => ({name, text: 'hostile'});
const link = (name: string, symbolic: string): Member => ({name, symbolic});

test('an absolute path is refused', refuses, /absolute path \(\/tmp\/x\)/, file('/tmp/x'));
test("a path with '..' is refused", refuses, /path leads out of it/, file('../canary'));
test("so is one whose '..' stays inside", refuses, /path leads out of it/, file('a/../b'));
test('a link that leads out is refused', refuses, /leads out of it/, link('a', '../canary'));
test('a file behind a link that leads out is refused', refuses, /leads out/, link('a', '..'), file('a/canary'));
test(
	'a link through a link that leads out is refused',
	refuses,
	/leads out of it/,
	link('p/q/r', '/'),
	link('x', 'p/q/r/../canary'),
);
test('links in a circle are refused', refuses, /in a circle/, link('a', 'b'), link('b', 'a'));
test('a hard link to a path outside is refused', refuses, /absolute path/, {name: 'a', hard: '/etc/passwd'});
test("a hard link through '..' is refused", refuses, /path leads out/, {name: 'a', hard: '../canary'});
test('a hard link to a symbolic link is refused', refuses, /does not have/, link('l', '/x'), {name: 'a', hard: 'l'});
test('a file in the place of a folder is refused', refuses, /directory/, file('a/b'), file('a'));
test('more than the bound is refused', refuses, /more than 1048576 bytes/, {name: 'a', text: 'x'.repeat(1 << 20)});

test('files, links and times are unpacked, and an absolute link leads within the folder', async t => {
	const work = workshop(t);
	const long = `${'long/'.repeat(30)}name`;
	const root = await unpacked(work, [
		archive(work, [
			{name: './usr/lib/a', text: 'one'},
			{name: 'usr/lib/b', hard: './usr/lib/a'},
			link('lib', 'usr/lib'),
			link('etc/c', '/usr/lib/a'),
			file('lib/d'),
			file(long),
			link('to-long', long),
		]),
	]);
	t.is(readFileSync(join(root, 'usr/lib/b'), 'utf8'), 'one');
	t.is(realpathSync(join(root, 'etc/c')), realpathSync(join(root, 'usr/lib/a')));
	t.is(readlinkSync(join(root, 'etc/c')), '../usr/lib/a');
	t.is(readFileSync(join(root, 'usr/lib/d'), 'utf8'), 'hostile', 'what lies behind a link is where the link leads');
	t.is(realpathSync(join(root, 'to-long')), realpathSync(join(root, long)));
	const {mode, mtimeMs} = statSync(join(root, 'usr/lib/a'));
	t.is(mode & 0o7777, 0o700, 'no setuid, and nobody else');
	t.is(mtimeMs, 1e12);
});

test('long names are read in the form of pax as well', async t => {
	const work = workshop(t);
	const long = `${'long/'.repeat(30)}name`;
	const root = await unpacked(work, [archive(work, [file(long), link('to-long', long)], {form: 'pax'})]);
	t.is(realpathSync(join(root, 'to-long')), realpathSync(join(root, long)));
});

test("what a later package brings stands in an earlier one's place, never behind its link", async t => {
	const work = workshop(t);
	const first = archive(work, [link('etc/a', '/etc/b'), file('etc/b'), file('c')]);
	const second = archive(work, [{name: 'etc/a', text: 'two'}, link('c', 'etc/b')], {name: 'b.tar.gz'});
	const root = await unpacked(work, [first, second]);
	t.is(readFileSync(join(root, 'etc/a'), 'utf8'), 'two');
	t.is(readFileSync(join(root, 'etc/b'), 'utf8'), 'hostile');
	t.true(lstatSync(join(root, 'c')).isSymbolicLink());
});

needing(program('cpio'))('symbolic links in cpio, which rpm packs, are links', async t => {
	const work = workshop(t);
	work.file('tree/a', 'one');
	work.link('tree/b', 'a');
	const {cpioEntries} = await import('../../src/archive/members.js');
	const {ByteReader} = await import('../../src/archive/stream.js');
	const packed = execFileSync('sh', ['-c', 'cd tree && ls | cpio -o -H newc'], {cwd: work.folder, stdio: 'pipe'});
	const reader = new ByteReader(
		(async function* () {
			yield packed;
		})(),
		bounds,
	);
	const seen = [];
	for await (const entry of cpioEntries(reader))
		seen.push([entry.kind, entry.written, 'target' in entry && entry.target]);
	t.deepEqual(seen, [
		['file', 'a', false],
		['symbolic-link', 'b', 'a'],
	]);
});
