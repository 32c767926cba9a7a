/** This file tests the manual page and the completions, each with the program that reads it. */

import {spawnSync} from 'node:child_process';
import test from 'ava';
import {allCommands} from '../../src/commands/index.js';
import {cli, folder} from '../support/cli.js';
import {needing, program} from '../support/needs.js';

needing(program('groff'))('groff formats the manual page without a warning, and warns of a broken one', t => {
	const page = cli(['man']).stdout;
	const format = (text: string) =>
		spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou'], {input: text, encoding: 'utf8'});
	const {stdout, stderr} = format(page);
	t.is(stderr, '');
	t.regex(stdout, /check \[OPTION\.\.\.\] \[TARGET\.\.\.\]/);
	t.not(format(page.replace('.SH NAME', '.SH NAME\n.nosuchrequest')).stderr, '');
});

test('every command and every option is on the manual page', async t => {
	const page = cli(['man']).stdout.replaceAll('\\-', '-');
	for (const {name, options} of await allCommands()) {
		t.true(page.includes(`\n.SS ${name}`), name);
		for (const option of options) t.true(page.includes(`--${option.name}`), option.name);
	}
});

test('the manual page has the date of SOURCE_DATE_EPOCH, and none without it', t => {
	t.regex(cli(['man'], {env: {SOURCE_DATE_EPOCH: '1000000000'}}).stdout, /^\.TH PYINTERPOSE 1 "2001-09-09" /);
	t.regex(cli(['man']).stdout, /^\.TH PYINTERPOSE 1 "" /);
	t.regex(cli(['man'], {env: {SOURCE_DATE_EPOCH: 'soon'}}).stdout, /^\.TH PYINTERPOSE 1 "" /);
});

for (const [what, words, expected] of [
	['commands', ['pyinterpose', 'me'], ['mechanisms', 'merge']],
	['options', ['pyinterpose', 'check', '--base'], ['--baseline']],
	['formats', ['pyinterpose', 'check', '--format', 'j'], ['json', 'junit']],
	['routes', ['pyinterpose', 'check', '--routes', 'ta'], ['table']],
	['files', ['pyinterpose', 'check', '/etc/host'], ['/etc/hostname', '/etc/hosts']],
	['files after an option', ['pyinterpose', 'check', '--contract', '/etc/hostn'], ['/etc/hostname']],
	['nothing for an unknown option', ['pyinterpose', 'check', '--nosuch'], []],
] as const) {
	test(`bash completes ${what}`, t => {
		const script = `${cli(['completion', 'bash']).stdout}
			COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1} COMPREPLY=()
			_pyinterpose && printf '%s\\n' "\${COMPREPLY[@]}"`;
		const {stdout, stderr} = spawnSync('bash', ['-c', script], {encoding: 'utf8'});
		t.is(stderr, '');
		const found = stdout.split('\n').filter(line => line !== '');
		if (what === 'files') for (const file of expected) t.true(found.includes(file), file);
		else t.deepEqual(found.sort(), [...expected]);
	});
}

needing(program('shellcheck'))('shellcheck finds nothing in the bash completion', t => {
	const {stdout} = spawnSync('shellcheck', ['--shell=bash', '-'], {
		input: cli(['completion', 'bash']).stdout,
		encoding: 'utf8',
	});
	t.is(stdout, '');
});

needing(program('zsh'))('zsh reads its completion', t => {
	const cwd = folder(t, {_pyinterpose: cli(['completion', 'zsh']).stdout});
	t.is(spawnSync('zsh', ['-n', '_pyinterpose'], {cwd, encoding: 'utf8'}).stderr, '');
});

for (const [typed, expected] of [
	['pyinterpose mer', 'merge\tjoin saved reports, such as those of shards, into one'],
	['pyinterpose check --basel', '--baseline\thold the builds to this saved report: nothing it has honored may be lost'],
	['pyinterpose check --format juni', 'junit'],
] as const) {
	needing(program('fish'))(`fish completes '${typed}'`, t => {
		const cwd = folder(t, {'pyinterpose.fish': cli(['completion', 'fish']).stdout});
		const script = `source pyinterpose.fish; complete -C '${typed}'`;
		const {stdout, stderr} = spawnSync('fish', ['--no-config', '-c', script], {
			cwd,
			encoding: 'utf8',
			env: {...process.env, HOME: cwd},
		});
		t.is(stderr, '');
		t.is((stdout.split('\n')[0] ?? '').slice(0, expected.length), expected);
	});
}

test('a shell that there is not is one clear sentence', t => {
	const ran = cli(['completion', 'tcsh']);
	t.is(ran.status, 2);
	t.regex(ran.stderr, /completion takes one of bash, zsh, fish/);
});
