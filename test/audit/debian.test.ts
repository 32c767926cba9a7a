/** This file audits the preload libraries that Debian has packages of; those that are not installed are skipped, by name. */

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import type {AuditReport} from '../../src/model/audit.js';
import {preferredPythons} from '../support/audited-pythons.js';
import {cli, folder as folderOf} from '../support/cli.js';
import {file, machine, needing} from '../support/needs.js';

const folder = spawnSync('gcc', ['-print-multiarch'], {encoding: 'utf8'}).stdout.trim();
const lib = `/usr/lib/${folder}`;

/** Releases have different ones. */
function firstOf(first: string, ...others: readonly string[]): string {
	return [first, ...others].find(existsSync) ?? first;
}

/** The package, its library, and functions of it that a Python calls in the workload. */
const libraries = [
	['faketime', `${lib}/faketime/libfaketime.so.1`, ['clock_gettime', 'clock_nanosleep', 'utimensat']],
	['libjemalloc2', `${lib}/libjemalloc.so.2`, ['calloc', 'free', 'malloc', 'realloc']],
	['libtcmalloc-minimal4', `${lib}/libtcmalloc_minimal.so.4`, ['calloc', 'free', 'malloc', 'realloc']],
	[
		'libmimalloc',
		firstOf(`${lib}/libmimalloc.so.2.0`, `${lib}/libmimalloc.so.3`),
		['calloc', 'free', 'malloc', 'realloc'],
	],
	['libeatmydata1', `${lib}/libeatmydata.so`, ['fdatasync', 'fsync', 'open64']],
	['libfakeroot', `${lib}/libfakeroot/libfakeroot-sysv.so`, ['chmod', 'chown', 'getuid', 'mkdir', 'unlink']],
	['heaptrack', '/usr/lib/heaptrack/libheaptrack_preload.so', ['calloc', 'free', 'malloc', 'realloc']],
	['libnss-wrapper', `${lib}/libnss_wrapper.so`, ['getpwnam_r', 'getpwuid_r', 'getgrnam_r', 'getgrgid_r']],
] as const;

for (const [kind, python] of Object.entries(preferredPythons)) {
	for (const [name, path, called] of libraries) {
		needing(machine(python !== null, `a Python ${kind}`), file(path)).serial(
			`${name} gets every call from a Python ${kind}`,
			t => {
				// heaptrack writes its recording into the folder that the program starts in.
				const {status, stdout} = cli(['audit', '--json', path, python ?? ''], {cwd: folderOf(t)});
				t.is(status, 0);
				const [build] = (JSON.parse(stdout) as AuditReport).builds;
				t.is(build?.broken, null);
				t.is(build?.inconclusive, null);
				for (const symbol of called) {
					const calls = build?.functions.find(one => one.symbol === symbol)?.calls ?? [];
					t.true(
						calls.some(({honored}) => honored > 0),
						symbol,
					);
					for (const {bypassed, unsure} of calls)
						t.deepEqual({symbol, bypassed, unsure}, {symbol, bypassed: 0, unsure: 0});
				}
			},
		);
	}
}

const [[, faketime]] = libraries;
const faked = Object.values(preferredPythons).find(path => path !== null) ?? null;
const run = needing(file(faked, 'python3'), file(faketime)).serial;

run(
	'libfaketime leaves out stat64, and sem_clockwait, through which a lock waits since 3.11, where it does not define it',
	t => {
		const {stdout} = cli(['audit', '--json', faketime, faked ?? '']);
		const missing = (JSON.parse(stdout) as AuditReport).builds[0]?.missing ?? [];
		const defined = execFileSync('nm', ['-D', '--defined-only', faketime], {encoding: 'utf8'});
		const semClockwait = missing.find(({symbol}) => symbol === 'sem_clockwait');
		// Debian 12's does not, Debian 13's does.
		if (/ T sem_clockwait$/m.test(defined)) t.is(semClockwait, undefined);
		else t.like(semClockwait, {kind: 'family', callers: ['interpreter'], calls: 1});
		t.like(
			missing.find(({symbol}) => symbol === 'stat64'),
			{kind: 'other-name', beside: 'stat'},
		);
		t.false(missing.some(({symbol}) => symbol === 'clock_gettime'));
	},
);

run('the faketime command is audited as it is, and has its effect', t => {
	const words = ['faketime', '-f', '@2001-09-09 00:00:00', faked ?? '', '-S', '-c', 'import os; os.stat("/")'];
	const {status, stdout} = cli(['audit', '--json', '--expect', 'time.localtime().tm_year == 2001', '--', ...words]);
	t.is(status, 0);
	const {libraries: found, builds} = JSON.parse(stdout) as AuditReport;
	t.deepEqual(
		found.map(({soname}) => soname),
		['libfaketime.so.1'],
	);
	t.true(builds[0]?.expectation?.kept);
});
