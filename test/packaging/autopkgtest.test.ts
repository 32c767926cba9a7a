/** This file runs the Debian example for real, by autopkgtest's null backend. */

import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {cliPath} from '../support/cli.js';
import {file, needing, superuser} from '../support/needs.js';
import {copyPackage, edit, layOut} from '../support/packaging.js';

const tools = [file('/usr/bin/autopkgtest'), file('/usr/bin/python3')];

needing(...tools).serial('autopkgtest passes as the calling user, and keeps the reports among its artifacts', t => {
	const ran = autopkgtest(t, []);
	t.is(ran.status, 0, ran.output);
	t.regex(ran.output, /interpose +PASS/);
	const report = readFileSync(join(ran.out, 'artifacts/interpose.json'), 'utf8');
	t.is(parseReport(report, 'artifact').targets.length, 1);
	for (const name of ['interpose.html', 'interpose.xml']) t.true(existsSync(join(ran.out, 'artifacts', name)), name);
	t.is(readFileSync(join(ran.out, 'summary'), 'utf8').trim().replace(/ +/g, ' '), 'interpose PASS');
});

needing(...tools, superuser).serial('autopkgtest passes as another user', t => {
	const own = copyPackage(t);
	const ran = autopkgtest(t, ['--user=nobody'], cwd => edit(join(cwd, 'bin/pyinterpose'), cliPath, own));
	if (ran !== undefined) t.is(ran.status, 0, ran.output);
});

needing(...tools).serial('autopkgtest fails where the contract is broken, and says what is', t => {
	const ran = autopkgtest(t, [], cwd =>
		edit(join(cwd, 'debian/tests/interpose.toml'), 'expect = "honored-if-called"', 'expect = "not-overridable"'),
	);
	t.is(ran.status, 4, ran.output);
	t.regex(ran.output, /interpose +FAIL non-zero exit status 1/);
	t.regex(ran.output, /The contract is broken/);
	t.regex(ran.output, /rule: {5}debian\/tests\/interpose\.toml:5:1/);
});

needing(...tools).serial('autopkgtest fails where the command is not installed: a skip would be one for ever', t => {
	const ran = autopkgtest(t, [], cwd => edit(join(cwd, 'bin/pyinterpose'), '#!/bin/sh', '#!/nowhere'), '/usr/bin:/bin');
	t.is(ran.status, 4, ran.output);
	t.regex(ran.output, /interpose +FAIL/);
	t.regex(ran.output, /pyinterpose is not installed/);
});

/** The tree that autopkgtest wants around the tests; the package under test is built already. */
const control = `Source: example
Maintainer: Nobody <nobody@example.invalid>
Standards-Version: 4.6.2

Package: example
Architecture: any
Description: a package whose tests run
`;

const changelog = `example (1) unstable; urgency=low

  * A version.

 -- Nobody <nobody@example.invalid>  Thu, 01 Jan 1970 00:00:00 +0000
`;

/** Undefined where the machine lacks autopkgtest or Debian's Python, which the example is about. */
function autopkgtest(
	t: ExecutionContext,
	options: readonly string[],
	change: (cwd: string) => void = () => {},
	ownPath?: string,
): {status: number | null; output: string; out: string} {
	const {cwd, path} = layOut(t, 'debian', 'debian');
	writeFileSync(join(cwd, 'debian/control'), control);
	writeFileSync(join(cwd, 'debian/changelog'), changelog);
	// The command is this clone's: there is no package of it to install.
	edit(join(cwd, 'debian/tests/control'), 'Depends: python3, pyinterpose', 'Depends: python3');
	change(cwd);
	const out = join(cwd, 'out');
	const args = [
		'--no-built-binaries',
		`--output-dir=${out}`,
		`--env=PATH=${ownPath ?? path}`,
		...options,
		'./',
		'--',
		'null',
	];
	const {status, stdout, stderr} = spawnSync('autopkgtest', args, {cwd, encoding: 'utf8', timeout: 240_000});
	return {status, output: stdout + stderr, out};
}
