/** This file runs every command that a kept report suggests, so that what is told to be pasted works. */

import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {cliPath, folder} from '../support/cli.js';
import {systemPython} from '../support/pythons.js';

const golden = fileURLToPath(new URL('../../../test/golden/', import.meta.url));
const python = systemPython();

/** As they stand in a report; the Python of a hand-made report stands for the machine's own. */
const commands = [
	...new Set(
		['terminal', 'contract', 'formats']
			.flatMap(name => readdirSync(golden + name).map(file => `${golden}${name}/${file}`))
			.filter(file => file.endsWith('.txt') && !file.includes('hostile'))
			.flatMap(file => readFileSync(file, 'utf8').match(/(?<=Next: |more: {5}|^ {6})pyinterpose [^\n]*$/gm) ?? [])
			.map(text => text.replace(/\/usr\/(bin\/python3\.11|lib\/libpython3\.11\.so\.1\.0)/g, python ?? 'python3')),
	),
];

test('kept reports suggest commands', t => {
	t.true(commands.length >= 3, commands.join('\n'));
	t.truthy(python);
});

for (const command of commands) {
	test(`what is suggested works when pasted: ${command}`, t => {
		const cwd = folder(t);
		const program = command.replace(/^pyinterpose/, `'${process.execPath}' '${cliPath}'`);
		const {status, stderr} = spawnSync('bash', ['--norc', '-c', program], {cwd, encoding: 'utf8', maxBuffer: 1 << 28});
		t.true(status === 0 || status === 3, `${status}: ${stderr}`);
	});
}
