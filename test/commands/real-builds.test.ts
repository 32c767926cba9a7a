/** This file takes a packager's steps on Debian's own builds: a contract is written, kept and broken; two builds are compared. */

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {cli, folder} from '../support/cli.js';
import {file, needing} from '../support/needs.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/report.schema.json', import.meta.url), 'utf8'));
const interpreter = '/usr/bin/python3';
/** Of the same version: its program is called python3.11, or .13. */
const library = `/usr/lib/x86_64-linux-gnu/lib${existsSync(interpreter) ? basename(realpathSync(interpreter)) : 'python3'}.so.1.0`;

needing(file(interpreter), file(library))(
	'a contract is written for Debian’s libpython, kept by it, and broken by the static interpreter',
	t => {
		const cwd = folder(t);
		const saved = cli(['check', library, '--output', 'json=before.json', '--quiet'], {cwd});
		t.is(saved.status, 0, saved.stderr);
		const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);
		t.true(valid(JSON.parse(readFileSync(join(cwd, 'before.json'), 'utf8'))), JSON.stringify(valid.errors));
		t.is(cli(['contract', 'init', 'before.json', '--file', 'interpose.toml'], {cwd}).status, 0);
		const text = readFileSync(join(cwd, 'interpose.toml'), 'utf8');
		t.true(text.split('\n').length < 80, text);
		writeFileSync(join(cwd, 'interpose.toml'), text.replaceAll(/^reason = .*$/gm, 'reason = "faketime needs it."'));
		const kept = cli(['check', library, '--contract', 'interpose.toml'], {cwd});
		t.is(kept.status, 0, kept.stderr);
		t.regex(kept.stdout, /The contract is kept: (\d[\d,]*) of \1 claims?\.\n/);
		const broken = cli(['check', interpreter, '--contract', 'interpose.toml', '--format', 'tap'], {cwd});
		t.is(broken.status, 1, broken.stderr);
		const sentence =
			/not ok \d+ - PyErr_Occurred\/extension on (cpython-\S+-static-\w+)\n {2}---\n {2}message: "PyErr_Occurred\/extension on \1: expected honored, seen bypassed: none of \d+ calls ran the override: the executable defines the symbol itself and binds its own calls\. faketime needs it\."/;
		t.regex(broken.stdout, sentence);
	},
);

needing(file(interpreter), file(library))(
	'diff of two real builds prints the loss in its first line, and the same bytes twice',
	t => {
		const cwd = folder(t);
		t.is(cli(['check', library, '--output', 'json=1.json', '-q'], {cwd}).status, 0);
		t.is(cli(['check', interpreter, '--output', 'json=2.json', '-q'], {cwd}).status, 0);
		for (const format of ['terminal', 'json', 'markdown']) {
			const once = () => cli(['diff', '1.json', '2.json', '--format', format], {cwd});
			const first = once();
			t.is(first.status, 1, first.stderr);
			t.is(first.stdout, once().stdout);
			if (format === 'terminal')
				t.regex(
					first.stdout,
					/^LD_PRELOAD overrides of [\d,]+ of [\d,]+ functions are lost from\s+cpython-\S+-shared-\w+ to/,
				);
		}
	},
);

needing(file('/usr/bin/cc'))(
	'a contract on any ELF object is kept by one whose functions stay overridable, and broken by one that binds them',
	t => {
		const cwd = folder(t, {
			'alloc.c':
				'void *my_malloc(unsigned long n) { return (void *)n; }\nvoid *my_calloc(unsigned long n) { return my_malloc(n); }\n',
			'wheel.toml': '[[rule]]\nclaims = "my_malloc"\nexpect = "honored"\nreason = "Users replace the allocator."\n',
			'gone.toml': '[[rule]]\nclaims = "my_realloc"\nexpect = "honored"\nreason = "x"\n',
			'typo.toml': '[[rule]]\nclaims = "my_maloc*"\nexpect = "honored"\nreason = "x"\n',
		});
		const build = (name: string, flags: readonly string[]) =>
			execFileSync('cc', ['-O1', '-fno-inline', '-shared', '-fPIC', ...flags, '-o', name, 'alloc.c'], {cwd});
		build('open.so', []);
		build('bound.so', ['-Wl,-Bsymbolic-functions']);
		const kept = cli(['inspect', 'open.so', '--contract', 'wheel.toml'], {cwd});
		t.is(kept.status, 0, kept.stdout + kept.stderr);
		t.regex(kept.stdout, /The contract is kept: (\d[\d,]*) of \1 claims?\.\n/);
		const broken = cli(['inspect', 'bound.so', '--contract', 'wheel.toml'], {cwd});
		t.is(broken.status, 1, broken.stderr);
		t.regex(broken.stdout, /my_malloc\/interpreter on bound\.so\n {4}expected: honored\n {4}seen: {5}bypassed/);
		t.regex(broken.stdout, /reason: {3}Users replace the allocator\./);
		const json = cli(['inspect', 'bound.so', '--contract', 'wheel.toml', '--json'], {cwd});
		t.is(JSON.parse(json.stdout).broken.length, 1);
		const gone = cli(['inspect', 'open.so', '--contract', 'gone.toml'], {cwd});
		t.is(gone.status, 1, gone.stderr);
		t.regex(gone.stdout, /my_realloc\/interpreter on open\.so\n {4}expected: honored\n {4}seen: {5}absent/);
		const typo = cli(['inspect', 'open.so', '--contract', 'typo.toml'], {cwd});
		t.is(typo.status, 2);
		t.regex(typo.stderr, /typo\.toml:2:10: no tested claim matches 'my_maloc\*'/);
	},
);

needing(file(interpreter))('npm test’s conformance part holds a Python to a contract', t => {
	const cwd = folder(t, {
		'kept.toml': '[[rule]]\nfamilies = "effect-time"\nexpect = "honored"\nreason = "x"\n',
		'broken.toml': '[[rule]]\nfamilies = "effect-time"\nexpect = "not-overridable"\nreason = "Time must not lie."\n',
	});
	const run = (contract: string) =>
		spawnSync(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', 'dist/test/conformance/conformance.test.js'], {
			encoding: 'utf8',
			env: {...process.env, PYTHON: interpreter, INTERPOSE_CONTRACT: join(cwd, contract), CI: '', AVA_FORCE_CI: ''},
		});
	const kept = run('kept.toml');
	t.is(kept.status, 0, kept.stdout);
	const broken = run('broken.toml');
	t.is(broken.status, 1);
	t.regex(
		broken.stdout,
		/against the contract: effect-time\/interpreter on cpython-.*expected not overridable, seen honored.*Time must not lie\./,
	);
});
