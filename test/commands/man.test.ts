/** This file tests the manual page and the completions, each with the program that reads it. */

import {spawnSync} from 'node:child_process';
import test from 'ava';
import {shells} from '../../src/commands/completion/completions.js';
import {allCommands} from '../../src/commands/index.js';
import {cli} from '../support/cli.js';
import {completed} from '../support/completed.js';
import {needing, program} from '../support/needs.js';

needing(program('groff'))('groff formats the manual page without a warning, and warns of a broken one', t => {
	const page = cli(['man']).stdout;
	const format = (text: string) =>
		spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou'], {input: text, encoding: 'utf8'});
	const {stdout, stderr} = format(page);
	t.is(stderr, '');
	t.regex(stdout, /check \[OPTION\.\.\.\] \[TARGET\|PACKAGE\.\.\.\]/);
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

for (const shell of shells) {
	for (const [what, typed, ...expected] of [
		['a command', 'pyinterpose me', 'mechanisms', 'merge'],
		['an option of a command', 'pyinterpose check --base', '--baseline'],
		['an option that every command has', 'pyinterpose hunt --col', '--color'],
		['no option of another command', 'pyinterpose list --base'],
		['the formats of a command', 'pyinterpose check --format j', 'json', 'junit'],
		['no format that a command lacks', 'pyinterpose contract check --format ju'],
		['a format before its file', 'pyinterpose check --output js', 'json='],
		['routes', 'pyinterpose check --routes ta', 'table'],
		['a symbol', 'pyinterpose check --symbols PyErr_Oc', 'PyErr_Occurred'],
		['a family', 'pyinterpose check --symbols libc-t', 'libc-time'],
		['a symbol to explain', 'pyinterpose explain PyErr_Oc', 'PyErr_Occurred'],
		['a verdict to explain', 'pyinterpose explain bypa', 'bypassed'],
		['an action', 'pyinterpose contract i', 'init'],
		['a variant of the lab', 'pyinterpose lab build shared-nsi-', 'shared-nsi-lto'],
		['a command to be helped with', 'pyinterpose help dif', 'diff'],
		['a file in the place of a target', 'pyinterpose check inter', 'interpose.toml'],
		['a file as an option\u2019s value', 'pyinterpose check --contract inter', 'interpose.toml'],
		['nothing where a number is asked for', 'pyinterpose check --jobs inter'],
	] as const) {
		needing(program(shell))(`${shell} completes ${what}`, t => {
			t.deepEqual(completed(t, shell, typed), expected);
		});
	}

	needing(program(shell))(`${shell} completes a file behind a format and its sign`, t => {
		t.regex(completed(t, shell, 'pyinterpose check --output json=inter').join(), /^(json=)?interpose\.toml$/);
	});
}

needing(program('shellcheck'))('shellcheck finds nothing in the bash completion', t => {
	const {stdout} = spawnSync('shellcheck', ['--shell=bash', '-'], {
		input: cli(['completion', 'bash']).stdout,
		encoding: 'utf8',
	});
	t.is(stdout, '');
});

test('a shell that there is not is one clear sentence', t => {
	const ran = cli(['completion', 'tcsh']);
	t.is(ran.status, 2);
	t.regex(ran.stderr, /completion takes one of bash, zsh, fish/);
});
