/** This file drives `pyinterpose doctor`: for each thing that makes the loader ignore a preload, a yes and a no. */

import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, realpathSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import {examine} from '../../src/doctor/doctor.js';
import {selfFirstObjects} from '../../src/doctor/scopes.js';
import {type DoctorKind, type DoctorReport, doctorKinds} from '../../src/model/doctor.js';
import {doctorSentence} from '../../src/render/doctor.js';
import {cli, cliPath} from '../support/cli.js';
import {machine, needing, program, superuser} from '../support/needs.js';
import {type Workshop, workshop} from '../support/workshop.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/doctor.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

const python = execFileSync('python3', ['-c', 'import os; print(os.readlink("/proc/self/exe"))'], {
	encoding: 'utf8',
}).trim();

interface Doctored {
	readonly status: number | null;
	readonly kinds: readonly DoctorKind[];
	readonly report: DoctorReport;
}

function doctor(t: ExecutionContext, args: readonly string[], env: Readonly<Record<string, string>> = {}): Doctored {
	const {status, stdout, stderr} = cli(['doctor', '--json', ...args], {env});
	// The loader speaks of what is preloaded into Node, too.
	t.is(stderr.replace(/^ERROR: ld\.so: object .*\n/gm, ''), '');
	const report: DoctorReport = JSON.parse(stdout);
	t.true(valid(report), JSON.stringify(valid.errors));
	return {status, report, kinds: report.findings.map(({kind}) => kind)};
}

const plain = (make: Workshop, name: string, flags: readonly string[] = []) =>
	make.compile(name, 'int pyinterpose_test_own(void) { return 1; }', ['-fPIC', '-shared', ...flags]);

test('a Python that a preload reaches, and a library that is loaded into it, are fine', t => {
	const library = plain(workshop(t), 'libfine.so');
	const {status, kinds} = doctor(t, ['--library', library, python]);
	for (const kind of ['reached', 'no-deepbind', 'library-loaded', 'temporary-folder'] as const) {
		t.true(kinds.includes(kind), kind);
	}
	t.false(
		kinds.some(kind => doctorKinds[kind] === 'ignored'),
		kinds.join(' '),
	);
	t.is(status, 0);
	t.regex(cli(['doctor', '--library', library, python]).stdout, /^A preload is not ignored here\./);
});

interface LibraryRow {
	readonly kind: DoctorKind;
	readonly what: string;
	readonly make: (make: Workshop) => string;
}

const libraries: readonly LibraryRow[] = [
	{kind: 'library-missing', what: 'that is not there', make: ({folder}) => join(folder, 'libnone.so')},
	{kind: 'library-path', what: 'with a space in its path', make: make => plain(make, 'a b/libspace.so')},
	{kind: 'library-path', what: 'with a colon in its path', make: make => plain(make, 'a:b/libcolon.so')},
	{
		kind: 'library-no-object',
		what: 'that is a text',
		make: make => make.file('libtext.so', 'This is a text, and no library at all. '.repeat(9)),
	},
	{
		kind: 'library-no-object',
		what: 'that is a program',
		make: make => make.compile('program', 'int main(void) { return 0; }', ['-pie', '-fPIE']),
	},
	{
		kind: 'library-machine',
		what: 'for another machine',
		make(make) {
			const bytes = readFileSync(plain(make, 'libhere.so'));
			// e_machine: EM_S390 and EM_AARCH64, one of which this is not.
			bytes.writeUInt16LE(process.arch === 'arm64' ? 22 : 183, 18);
			return make.file('libthere.so', bytes);
		},
	},
	{
		kind: 'library-needs',
		what: 'that needs another which is not there',
		make(make) {
			const needed = plain(make, 'libneeded.so');
			const library = make.compile(
				'libneeds.so',
				'int pyinterpose_test_own(void); int twice(void) { return 2 * pyinterpose_test_own(); }',
				['-fPIC', '-shared', needed, '-Wl,-soname,libneeds.so'],
			);
			execFileSync('rm', [needed]);
			return library;
		},
	},
];

const ignoredLibrary = test.macro({
	exec(t, {kind, make}: LibraryRow) {
		const library = make(workshop(t));
		const {status, report} = doctor(t, ['--library', library, python]);
		const found = report.findings.filter(({outcome}) => outcome === 'ignored');
		t.deepEqual(
			found.map(({kind, subject, inside}) => [kind, subject, inside]),
			[[kind, library, python]],
		);
		t.is(status, 1);
		// The loader itself agrees: the program starts, or does not, without it.
		const {stdout} = spawnSync(python, ['-S', '-c', 'print(open("/proc/self/maps").read())'], {
			env: {LD_PRELOAD: library},
			encoding: 'utf8',
		});
		t.false(stdout.includes(`${library}\n`));
	},
	title: (_ = '', {kind, what}: LibraryRow) => `a library ${what} is ignored: ${kind}`,
});
for (const row of libraries) test(ignoredLibrary, row);

const mounts = machine(
	spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0,
	'mount namespaces of its own (unshare)',
);
needing(mounts)('a library on a file system mounted noexec is ignored, and on another one is not', t => {
	const make = workshop(t);
	const library = plain(make, 'libfine.so');
	mkdirSync(join(make.folder, 'mount'));
	const there = join(make.folder, 'mount/libfine.so');
	const command = `mount -t tmpfs -o noexec tmpfs ${make.folder}/mount && cp ${library} ${there} && exec "$0" "$@"`;
	const {stdout, status} = spawnSync(
		'unshare',
		[
			'--map-root-user',
			'--mount',
			'sh',
			'-c',
			command,
			process.execPath,
			cliPath,
			'doctor',
			'--json',
			'--library',
			there,
			'--library',
			library,
			python,
		],
		{encoding: 'utf8'},
	);
	const {findings}: DoctorReport = JSON.parse(stdout);
	t.deepEqual(
		findings.filter(({kind}) => kind.startsWith('library')).map(({kind, subject}) => [kind, subject]),
		[
			['library-noexec', there],
			['library-loaded', library],
		],
	);
	t.is(status, 1);
});

test('what LD_PRELOAD names is tried where no library is given', t => {
	const make = workshop(t);
	const [fine, none] = [plain(make, 'libfine.so'), join(make.folder, 'libnone.so')];
	const {kinds} = doctor(t, [python], {LD_PRELOAD: `${fine}:${none}`});
	t.deepEqual(
		kinds.filter(kind => kind.startsWith('library')),
		['library-loaded', 'library-missing'],
	);
});

test('a wrapper that takes LD_PRELOAD away is told of, and one that hands it on is not', t => {
	const make = workshop(t);
	const drops = make.file('python-drops', `#!/bin/sh\nunset LD_PRELOAD\nexec ${python} "$@"\n`, 0o755);
	const keeps = make.file('python-keeps', `#!/bin/sh\nexec ${python} "$@"\n`, 0o755);
	const dropped = doctor(t, [drops]);
	t.is(dropped.status, 1);
	t.deepEqual(dropped.report.findings.at(-1), {
		kind: 'wrapper-drops',
		outcome: 'ignored',
		subject: drops,
		inside: realpathSync(python),
		seen: null,
	});
	const kept = doctor(t, [keeps]);
	t.is(kept.status, 0);
	t.true(kept.kinds.includes('wrapper-keeps') && kept.kinds.includes('reached'));
});

const main = 'int main(void) { return 0; }';

test('a statically linked program and one of musl are ignored, and what becomes of one that is no Python is not known', t => {
	const make = workshop(t);
	const statically = doctor(t, [make.compile('static', main, ['-static'])]);
	t.deepEqual([statically.kinds.at(-1), statically.status], ['static', 1]);
	const musl = doctor(t, [make.compile('musl', main, ['-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1'])]);
	t.deepEqual([musl.kinds.at(-1), musl.status], ['other-libc', 1]);
	const other = doctor(t, [make.compile('other', main)]);
	t.deepEqual([other.kinds.at(-1), other.status], ['mute', 3]);
});

needing(superuser)('a program with the rights of another user is ignored, and with our own is not', t => {
	const make = workshop(t);
	const copy = join(make.folder, 'python3');
	copyFileSync(python, copy);
	chmodSync(copy, 0o4755);
	t.false(doctor(t, [copy]).kinds.includes('set-user-id'));
	chownSync(copy, 65534, 65534);
	chmodSync(copy, 0o4755);
	const {kinds, status} = doctor(t, [copy]);
	t.deepEqual([kinds.at(-1), status], ['set-user-id', 1]);
});

test('an object that is opened with RTLD_DEEPBIND is named, and the same one opened without is not', t => {
	const make = workshop(t);
	const library = plain(make, 'libdeep.so');
	const opens = (mode: string) => {
		const {stderr} = spawnSync(
			python,
			['-S', '-c', `import ctypes, os; ctypes.CDLL(${JSON.stringify(library)}, mode=os.RTLD_NOW${mode})`],
			{
				env: {LD_DEBUG: 'scopes'},
				encoding: 'utf8',
			},
		);
		return selfFirstObjects(stderr);
	};
	t.deepEqual(opens(' | os.RTLD_DEEPBIND'), [library]);
	t.deepEqual(opens(''), []);
});

test('what a Python opens with RTLD_DEEPBIND when it starts is found', t => {
	const make = workshop(t);
	const library = plain(make, 'libdeep.so');
	const site = execFileSync(python, ['-m', 'site', '--user-site'], {encoding: 'utf8', env: {HOME: make.folder}}).trim();
	const text = `import ctypes, os\nctypes.CDLL(${JSON.stringify(library)}, mode=os.RTLD_NOW | os.RTLD_DEEPBIND)\n`;
	make.file(join(site.slice(make.folder.length + 1), 'usercustomize.py'), text);
	const {report, status} = doctor(t, [python], {HOME: make.folder});
	const found = report.findings.find(({kind}) => kind === 'deepbind');
	t.is(found?.seen, library);
	t.is(status, 1);
});

test("the system's own preloads are told of, and where there are none that is said", async t => {
	const make = workshop(t);
	const surroundings = {env: {PATH: process.env.PATH}, signal: new AbortController().signal, timeoutSeconds: 60};
	const kinds = async (systemPreload: string) =>
		(await examine({targets: [], libraries: [], systemPreload, surroundings}))[0];
	t.like(await kinds(make.file('ld.so.preload', '# of the system\n/usr/lib/liba.so /usr/lib/libb.so\n')), {
		kind: 'system-preload',
		outcome: 'note',
		seen: '/usr/lib/liba.so, /usr/lib/libb.so',
	});
	t.like(await kinds(make.file('empty', '# nothing\n')), {kind: 'no-system-preload'});
	t.like(await kinds(join(make.folder, 'none')), {kind: 'no-system-preload'});
});

needing(mounts)('a machine whose every temporary folder is mounted noexec is told of, and this one is not', t => {
	const make = workshop(t);
	const {report} = doctor(t, [python], {TMPDIR: make.folder});
	t.like(
		report.findings.find(({kind}) => kind === 'temporary-folder'),
		{subject: make.folder},
	);
	// What lies in /tmp stays: this package may, too.
	const mounts = [
		'mount --rbind /tmp /tmp && mount -o remount,bind,noexec /tmp',
		...['/var/tmp', '/dev/shm'].map(folder => `mount -t tmpfs -o noexec tmpfs ${folder}`),
	].join(' && ');
	const {stdout, stderr, status} = spawnSync(
		'unshare',
		[
			'--map-root-user',
			'--mount',
			'sh',
			'-c',
			`${mounts} && exec "$0" "$@"`,
			process.execPath,
			cliPath,
			'doctor',
			'--json',
			python,
		],
		{encoding: 'utf8', cwd: '/', env: {PATH: process.env.PATH}},
	);
	t.is(status, 1, stderr);
	const {findings}: DoctorReport = JSON.parse(stdout);
	t.regex(findings.find(({kind}) => kind === 'no-temporary-folder')?.seen ?? '', /No temporary folder/);
	// Where this package itself lies on such a file system, its own preload is not loaded either.
	t.deepEqual(
		findings.filter(({kind, outcome}) => outcome === 'ignored' && kind !== 'unreached').map(({kind}) => kind),
		['no-temporary-folder'],
	);
});

needing(
	superuser,
	program('setcap'),
	program('setpriv'),
)('a program with file capabilities is ignored by whoever lacks them, and without them is not', t => {
	const make = workshop(t);
	const copy = join(make.folder, 'python3');
	copyFileSync('/usr/bin/python3', copy);
	chmodSync(make.folder, 0o755);
	chmodSync(copy, 0o755);
	const nobody = [
		'--reuid=65534',
		'--regid=65534',
		'--clear-groups',
		// The checkout may lie in a folder that only its owner may enter, as one of mktemp's.
		'--inh-caps=+dac_override',
		'--ambient-caps=+dac_override',
		// Else access(2) asks without them.
		'--securebits=+no_setuid_fixup',
		process.execPath,
		cliPath,
		'doctor',
		'--json',
		copy,
	];
	const kinds = () => {
		const {stdout} = spawnSync('setpriv', nobody, {encoding: 'utf8', env: {PATH: process.env.PATH}});
		return (JSON.parse(stdout) as DoctorReport).findings.map(({kind}) => kind);
	};
	t.true(kinds().includes('reached'));
	execFileSync('setcap', ['cap_net_raw+ep', copy]);
	t.is(kinds().at(-1), 'secure');
});

test('every finding is one sentence, safe to print, and the schema names every kind', t => {
	const kinds = Object.keys(doctorKinds) as DoctorKind[];
	for (const kind of kinds) {
		const sentence = doctorSentence({
			kind,
			outcome: doctorKinds[kind],
			subject: 'SUBJECT',
			inside: 'INSIDE',
			seen: 'SEEN.',
		});
		t.regex(sentence, /\.$/, kind);
		t.notRegex(sentence, /null|undefined/, kind);
	}
	t.deepEqual(schema.properties.findings.items.properties.kind.enum, kinds);
	const make = workshop(t);
	const {stdout} = cli(['doctor', '--library', make.file('\u001b[2J.so', 'x'), python]);
	t.notRegex(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('a program that is not there is one clear sentence', t => {
	const {status, stderr} = cli(['doctor', join(workshop(t).folder, 'none')]);
	t.is(status, 2);
	t.regex(stderr, /none/);
});
