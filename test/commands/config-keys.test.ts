/** This file holds what pyinterpose.toml may set to the options of the commands, and its schema and its page to that. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {parse} from 'smol-toml';
import {configSchema} from '../../scripts/config-schema/schema.js';
import type {Option} from '../../src/commands/command.js';
import {commandSettings, negation, type SettingKind, topKeys} from '../../src/commands/config/keys.js';
import {readConfig} from '../../src/commands/config/read.js';
import {allCommands} from '../../src/commands/index.js';
import {cli} from '../support/cli.js';
import {root} from '../support/packaging.js';

test('every command has its row', async t => {
	t.deepEqual((await allCommands()).map(({name}) => name).sort(), Object.keys(commandSettings).sort());
});

test('every option of every command may be set in the file, or is for the command line alone with a reason', async t => {
	for (const {name, options} of await allCommands()) {
		const {settings = {}, never = {}} = commandSettings[name] ?? {};
		const rows = [...Object.keys(settings), ...Object.keys(never)];
		t.deepEqual(rows.sort(), options.map(option => option.name).sort(), name);
		t.true(Object.values(never).every(reason => /^[a-z'$].*[^.]$/.test(reason)));
	}
});

test('what an option takes in the file is what it takes on the command line', async t => {
	for (const {name, options} of await allCommands()) {
		for (const option of options) {
			const kind = commandSettings[name]?.settings[option.name];
			if (kind !== undefined) t.true(fits(kind, option), `${name} --${option.name} is no ${kind}`);
		}
	}
});

test('no opposite of a flag is the name of another option', async t => {
	for (const {name, options} of await allCommands()) {
		const names = [...options.map(option => option.name), 'color', 'config', 'no-config'];
		const flags = Object.entries(commandSettings[name]?.settings ?? {}).filter(([, kind]) => kind === 'flag');
		for (const [flag] of flags) t.false(names.includes(negation(flag)), `${name} --${negation(flag)}`);
	}
});

function fits(kind: SettingKind, {value, multiple}: Option): boolean {
	const isNumber = ['SECONDS', 'N', 'PERCENT'].includes(value ?? '');
	const isFile = ['FILE', 'PATH', 'REPORT'].includes(value ?? '');
	switch (kind) {
		case 'flag':
			return value === undefined;
		case 'number':
			return isNumber && multiple !== true;
		case 'text':
			return value !== undefined && !isNumber && !isFile && multiple !== true;
		case 'texts':
			return value !== undefined && !isNumber && !isFile && multiple === true;
		case 'file':
			return isFile && multiple !== true;
		case 'files':
			return isFile && multiple === true;
		case 'name':
			return value === 'TARGET';
		case 'names':
			return isFile && multiple === true;
		case 'outputs':
			return value === 'FORMAT=FILE' && multiple === true;
	}
}

const page = readFileSync(join(root, 'docs/config.md'), 'utf8');
const [, shown = ''] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
const schema = JSON.parse(readFileSync(join(root, 'schema/config.schema.json'), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

test('the published schema is what the table of options makes (node dist/scripts/config-schema/main.js)', async t => {
	t.deepEqual(schema, JSON.parse(JSON.stringify(configSchema(await allCommands()))));
});

test('docs/config.md has every key, and what reads it', t => {
	const rows = new Map(
		[...page.matchAll(/^\| `([a-z.]+)` \| (.*?) \|(?: (.*?) \|)?$/gm)].map(([, key = '', what, readers]) => [
			key,
			{what, readers},
		]),
	);
	for (const [key, {is, readBy}] of Object.entries(topKeys)) {
		const readers = key === 'options' ? 'every command that has one below' : readBy.join(', ');
		t.deepEqual(rows.get(key), {what: is, readers});
	}
	for (const [command, {settings}] of Object.entries(commandSettings)) {
		const keys = Object.keys(settings).map(key => `\`${key}\``);
		t.is(rows.get(`options.${command}`)?.what, keys.length === 0 ? undefined : keys.join(', '), command);
	}
	const commands = Object.keys(commandSettings).filter(
		name => Object.keys(commandSettings[name]?.settings ?? {}).length > 0,
	);
	t.is(rows.size, Object.keys(topKeys).length + commands.length);
});

test('pyinterpose explain config shows the page', t => {
	t.regex(cli(['explain', 'config']).stdout, /pyinterpose\.toml/);
});

test('the example of docs/config.md is read, and its schema accepts it', t => {
	const {targets, options} = readConfig(shown, 'pyinterpose.toml');
	t.deepEqual(targets, ['/usr/bin/python3.11', 'build/python']);
	t.deepEqual(Object.fromEntries(options.get('check') ?? []), {
		symbols: ['PyErr_*', 'libc-*'],
		timeout: '120',
		contract: 'interpose.toml',
		output: ['html=reports/interpose.html', 'junit=reports/interpose.xml'],
	});
	t.true(valid(parse(shown)), JSON.stringify(valid.errors));
});

/** Of each fault: where it is said to be, and in which words. */
const faults = [
	['a key that does not exist', 'target = "python3"', "1:1: there is no key 'target'.", "Did you mean 'targets'?"],
	['no TOML', 'targets = [', '1:11: unfinished array.'],
	['a target that is no text', 'targets = [3]', '1:1: targets is a name or a path, or a list of them, not [3].'],
	['an empty list', '\n\ntargets = []', '3:1: targets is a name or a path, or a list of them, not [].'],
	['a contract that is a list', 'contract = ["a", "b"]', '1:1: contract is a path, not ["a","b"].'],
	['an output that is no path', '[outputs]\nhtml = true', '2:1: html is a path, or a list of them, not true.'],
	[
		'outputs that are no table',
		'outputs = "html=a"',
		"1:1: outputs is a table of formats, each with a path or a list of them, not 'html=a'.",
	],
	[
		'a command that does not exist',
		'[options.chekc]\njobs = 1',
		"1:1: there is no command 'chekc'.",
		"Did you mean 'check'?",
	],
	['an option outside a command', '[options]\ntimeout = 1', "2:1: there is no command 'timeout'."],
	[
		'an option that does not exist',
		'[options.check]\n\n  job = 1',
		"3:3: check has no option 'job'.",
		"Did you mean 'jobs'?",
	],
	['an option of another command', 'options.list.jobs = 1', "1:1: list has no option 'jobs'."],
	['a number as text', '[options.check]\ntimeout = "60"', "2:1: timeout is a number above zero, not '60'."],
	['a number of nothing', '[options.check]\ntimeout = 0', '2:1: timeout is a number above zero, not 0.'],
	['a flag as text', '[options.check]\nquiet = "yes"', "2:1: quiet is true or false, not 'yes'."],
	[
		'an option for one run',
		'[options.check]\nshard = "1/2"',
		"2:1: check's option 'shard' is for the command line alone: it is about one run.",
	],
	[
		'an option that has its key',
		'[options.check]\ncontract = "a"',
		"2:1: check's option 'contract' is for the command line alone: the key 'contract' at the top of the file says it.",
	],
	[
		'an output without its file',
		'[options.diff]\noutput = "json"',
		"2:1: output is FORMAT=FILE, or a list of it, not 'json'.",
	],
	[
		'a fault behind a table of another',
		'[options.list]\njson = true\n[options."doctor"]\n"timeout" = []',
		'4:1: timeout is a number above zero, not [].',
	],
] as const;

for (const [what, text, message, hint = ''] of faults) {
	test(`${what} is one sentence with its line`, t => {
		const error = t.throws(() => readConfig(text, 'pyinterpose.toml'), {name: 'SuiteError'}) as Error & {hint?: string};
		t.is(error.message, `pyinterpose.toml:${message}`);
		t.true((error.hint ?? '').startsWith(hint), error.hint);
		if (!what.includes('no TOML')) t.false(valid(parse(text)), 'the schema accepts it');
	});
}

test('the names of things that every object has are no commands and no options', t => {
	for (const name of ['constructor', 'toString', '__proto__']) {
		t.throws(() => readConfig(`[options.${name}]\na = 1`, 'it'), {message: /there is no command/});
		t.throws(() => readConfig(`[options.check]\n${name} = 1`, 'it'), {message: /check has no option/});
		t.throws(() => readConfig(`${name} = 1`, 'it'), {message: /there is no key/});
	}
});
