/** This file runs commands where a pyinterpose.toml lies: what it gives them, what goes before it, and which one is not trusted. */

import {execFileSync, spawnSync} from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	lchownSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {cli, cliPath, folder} from '../support/cli.js';
import {needing, superuser} from '../support/needs.js';
import {copyPackage} from '../support/packaging.js';
import {python} from '../support/python.js';

const rules = (expect: string) =>
	`[[rule]]\nclaims = "clock_gettime/dlsym"\nexpect = "${expect}"\nreason = "A test."\n`;
const quick = '[options.check]\nno-sweep = true\nno-entry-counts = true\nsymbols = "libc-time"\n';
const inJson = '[options.inspect]\njson = true\n';

/** A project, and a folder in it to work in. */
function project(t: ExecutionContext, files: Readonly<Record<string, string>>): {top: string; inside: string} {
	const top = folder(t, files);
	const inside = join(top, 'a/b');
	mkdirSync(inside, {recursive: true});
	return {top, inside};
}

test('check takes targets, contract, outputs and options from the file, and paths from its folder', t => {
	const {top, inside} = project(t, {
		'pyinterpose.toml': `targets = "${python}"\ncontract = "kept.toml"\noutputs = {json = "out.json", junit = "out.xml"}\n${quick}`,
		'kept.toml': rules('honored'),
	});
	for (const cwd of [top, inside]) {
		const ran = cli(['check'], {cwd});
		t.is(ran.status, 0, ran.stderr);
		const {targets} = parseReport(readFileSync(join(top, 'out.json'), 'utf8'), 'it');
		t.is(targets.length, 1);
		t.deepEqual([...new Set(targets[0]?.functions.map(({family}) => family))], ['libc-time']);
		t.true(readFileSync(join(top, 'out.xml'), 'utf8').includes('clock_gettime'));
		for (const name of ['out.json', 'out.xml']) rmSync(join(top, name));
	}
	t.is(cli(['check', '--no-sweep', '--symbols', 'libc-time', python, '--no-config'], {cwd: inside}).status, 0);
	t.false(existsSync(join(top, 'out.json')), 'without the file nothing is written');
});

test('a contract that the file names is held to, and --contract and --no-config go before it', t => {
	const {top} = project(t, {
		'pyinterpose.toml': `targets = "${python}"\ncontract = "broken.toml"\n${quick}`,
		'broken.toml': rules('not-overridable'),
		'kept.toml': rules('honored'),
	});
	const broken = cli(['check'], {cwd: top});
	t.is(broken.status, 1);
	t.regex(broken.stdout, /broken\.toml:1:1/);
	t.is(cli(['check', '--contract', 'kept.toml'], {cwd: top}).status, 0);
	t.is(cli(['check', '--no-config', '--no-sweep', '--symbols', 'libc-time', python], {cwd: top}).status, 0);
});

test('a target that is named, and $PYTHON, go before the targets of the file', t => {
	const {top} = project(t, {'pyinterpose.toml': `targets = ["./none"]\n${quick}`});
	const asked = (words: readonly string[], env = {}) => cli(['check', ...words], {cwd: top, env});
	t.is(asked([]).status, 2);
	t.regex(asked([]).stdout + asked([]).stderr, /There is no file .*\/none\./);
	t.is(asked([python]).status, 0);
	t.is(asked([], {PYTHON: python}).status, 0);
	t.is(asked(['--no-config', '--no-sweep', '--symbols', 'libc-time'], {PYTHON: python}).status, 0);
});

test('targets are for the commands that read them, and for no other', t => {
	const {top} = project(t, {'pyinterpose.toml': 'targets = ["./none"]'});
	t.regex(cli(['doctor'], {cwd: top}).stderr, /There is no file .*\/none\./);
	t.is(cli(['list'], {cwd: top}).status, 0);
	t.regex(cli(['inspect'], {cwd: top}).stderr, /inspect (takes|needs)/);
});

test('a flag of the file is taken back on the command line by its opposite, and not by both', t => {
	const {top} = project(t, {'pyinterpose.toml': inJson});
	const inspect = (...words: readonly string[]) => cli(['inspect', python, ...words], {cwd: top});
	t.true(inspect().stdout.startsWith('{'));
	t.true(inspect('--json').stdout.startsWith('{'));
	t.false(inspect('--no-json').stdout.startsWith('{'));
	t.false(inspect('--no-config').stdout.startsWith('{'));
	const both = inspect('--json', '--no-json');
	t.deepEqual([both.status, both.stderr], [2, 'pyinterpose: error: --json and --no-json contradict each other.\n']);
	t.is(inspect('--no-contract').status, 2, 'what is no flag has no opposite');
});

test('--json goes before a format of the file', t => {
	const {top} = project(t, {'pyinterpose.toml': '[options.doctor]\nformat = "terminal"\n'});
	t.true(cli(['doctor', '--json', python], {cwd: top}).stdout.startsWith('{'));
	t.false(cli(['doctor', python], {cwd: top}).stdout.startsWith('{'));
});

test('the nearest file is read, and it alone', t => {
	const {top, inside} = project(t, {'pyinterpose.toml': 'nonsense'});
	writeFileSync(join(inside, 'pyinterpose.toml'), inJson);
	t.true(cli(['inspect', python], {cwd: inside}).stdout.startsWith('{'));
	const above = cli(['inspect', python], {cwd: join(top, 'a')});
	t.is(above.status, 2);
	t.true(above.stderr.includes(`${join(top, 'pyinterpose.toml')}:1:`), above.stderr);
});

test('--config names the file, wherever it is; one that is not there is one sentence', t => {
	const {top, inside} = project(t, {'other.toml': inJson, 'pyinterpose.toml': 'nonsense'});
	t.true(cli(['inspect', python, '--config', '../../other.toml'], {cwd: inside}).stdout.startsWith('{'));
	const missing = cli(['inspect', python, '--config', 'none.toml'], {cwd: top});
	t.deepEqual(
		[missing.status, missing.stdout, missing.stderr],
		[2, '', 'pyinterpose: error: none.toml cannot be read: there is no such file or directory.\n'],
	);
	const both = cli(['inspect', python, '--config', 'other.toml', '--no-config'], {cwd: top});
	t.deepEqual([both.status, both.stderr], [2, 'pyinterpose: error: --config and --no-config contradict each other.\n']);
});

test('a command that takes nothing from the file does not look at it', t => {
	const {top} = project(t, {'pyinterpose.toml': 'nonsense'});
	for (const words of [['cache'], ['man'], ['completion', 'bash'], ['--version'], ['check', '--help']]) {
		t.is(cli(words, {cwd: top}).status, 0, words.join(' '));
	}
	t.is(cli(['explain', 'honored'], {cwd: top}).status, 2);
	t.is(cli(['explain', 'honored', '--no-config'], {cwd: top}).status, 0);
});

test('a wrong option says that a file sets options, where one does, and nothing of it elsewhere', t => {
	const {top} = project(t, {'pyinterpose.toml': '[options.check]\nformat = "jsno"\n'});
	const ran = cli(['check', python], {cwd: top});
	t.is(ran.status, 2);
	t.is(
		ran.stderr,
		"pyinterpose: error: There is no format 'jsno'.\nDid you mean 'json'? Formats are terminal, json, markdown, junit, tap, tmt, html, codequality, sarif, badge. pyinterpose.toml sets options, too; --no-config leaves them out.\n",
	);
	t.notRegex(cli(['doctor', '--format', 'jsno', python], {cwd: top}).stderr, /pyinterpose\.toml/);
});

test('what is no file ends the command at once: a named pipe, a folder', t => {
	const {top} = project(t, {});
	execFileSync('mkfifo', [join(top, 'pyinterpose.toml')]);
	const cwd = join(top, 'a/b');
	const says = () => cli(['inspect', python], {cwd}).stderr.split('\n')[0];
	t.is(says(), `pyinterpose: error: ${top}/pyinterpose.toml cannot be read: it is a named pipe.`);
	rmSync(join(top, 'pyinterpose.toml'));
	mkdirSync(join(top, 'pyinterpose.toml'));
	t.is(says(), `pyinterpose: error: ${top}/pyinterpose.toml cannot be read: it is a directory.`);
});

test('in a folder that was removed there is nothing to find', t => {
	const {inside} = project(t, {});
	const {status} = spawnSync('sh', ['-c', `rmdir "$PWD" && exec '${process.execPath}' '${cliPath}' explain honored`], {
		cwd: inside,
	});
	t.is(status, 0);
});

test('a file that everybody may write to is not read, unless it is named', t => {
	const {top, inside} = project(t, {'pyinterpose.toml': inJson});
	const file = join(top, 'pyinterpose.toml');
	chmodSync(file, 0o646);
	const ran = cli(['inspect', python], {cwd: inside});
	t.is(ran.status, 2);
	t.is(
		ran.stderr,
		`pyinterpose: error: ${file} cannot be read: everybody may write to it.\nName it with --config FILE to trust it, or leave it out with --no-config.\n`,
	);
	t.is(cli(['inspect', python, '--config', file], {cwd: inside}).status, 0);
	t.is(cli(['inspect', python, '--no-config'], {cwd: inside}).status, 0);
	chmodSync(file, 0o664);
	t.is(cli(['inspect', python], {cwd: inside}).status, 0, "the user's own group may write");
});

const nobody = 65_534;

needing(superuser)(
	'a file of another user in a folder for everybody is not read by root, and neither is a link of his',
	t => {
		const {top, inside} = project(t, {'pyinterpose.toml': inJson, 'own.toml': inJson});
		const file = join(top, 'pyinterpose.toml');
		chmodSync(top, 0o1777);
		const asked = () => cli(['inspect', python], {cwd: inside});
		t.true(asked().stdout.startsWith('{'));
		chownSync(file, nobody, nobody);
		const expected = `pyinterpose: error: ${file} cannot be read: it belongs to another user (${nobody}).`;
		t.deepEqual([asked().status, asked().stdout, asked().stderr.split('\n')[0]], [2, '', expected]);
		t.true(cli(['inspect', python, '--config', file], {cwd: inside}).stdout.startsWith('{'));
		rmSync(file);
		symlinkSync('own.toml', file);
		t.true(asked().stdout.startsWith('{'), 'a link of the user to a file of the user');
		lchownSync(file, nobody, nobody);
		t.deepEqual([asked().status, asked().stderr.split('\n')[0]], [2, expected]);
		rmSync(file);
		writeFileSync(file, inJson, {mode: 0o644});
		chownSync(file, 0, nobody);
		t.true(asked().stdout.startsWith('{'));
		chmodSync(file, 0o664);
		t.regex(asked().stderr, /another group \(65534\) may write to it/);
	},
);

needing(superuser)("another user reads root's file, and his own", t => {
	const {top, inside} = project(t, {'pyinterpose.toml': inJson});
	for (const path of [top, join(top, 'a'), inside]) chmodSync(path, 0o755);
	const own = copyPackage(t);
	const asked = () =>
		spawnSync(process.execPath, [own, 'inspect', python], {
			cwd: inside,
			encoding: 'utf8',
			uid: nobody,
			gid: nobody,
			env: {HOME: '/'},
		});
	t.true(asked().stdout.startsWith('{'), asked().stderr);
	chownSync(join(top, 'pyinterpose.toml'), nobody, nobody);
	t.true(asked().stdout.startsWith('{'));
	chownSync(join(top, 'pyinterpose.toml'), 1, 1);
	t.regex(asked().stderr, /it belongs to another user \(1\)/);
});
