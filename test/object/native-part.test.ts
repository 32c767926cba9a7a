/** This file shows that each program gets what was built for its own C library, and that a libc without a build is said. */

import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, rmSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {nativeFolder} from '../../src/native.js';
import {libcOf} from '../../src/object/libc.js';
import {nativePartFor} from '../../src/object/native-part.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {cliPath} from '../support/cli.js';
import {fakePython, speaking} from '../support/fake-python.js';
import {musl} from '../support/musl.js';
import {needing} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const byLoader = '-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1';

test('a program is of the libc whose loader it names, a library of the one that it needs', t => {
	const work = workshop(t);
	const glibc = work.compile('glibc', 'int main(void) { return 0; }');
	const onMusl = work.compile('musl', 'int main(void) { return 0; }', [byLoader]);
	const libraries = ['libc.so.6', 'libc.so', 'libc.musl-x86_64.so.1'].map(soname => {
		const needed = work.compile(`${soname}/any.so`, '', ['-shared', '-nostdlib', `-Wl,-soname,${soname}`]);
		return work.compile(`${soname}/of.so`, '', ['-shared', '-nostdlib', '-Wl,--no-as-needed', needed]);
	});
	const libcs = [glibc, onMusl, ...libraries].map(path => libcOf(readObjectFile(path).elf));
	t.deepEqual(libcs, ['glibc', 'musl', 'glibc', 'musl', 'musl']);
});

test('a program of glibc gets the build that is our own', t => {
	t.is(nativePartFor('glibc', 'it'), nativeFolder);
});

needing(musl)('a program of musl gets a build whose launcher musl starts, and no other', t => {
	const folder = nativePartFor('musl', 'it');
	t.regex(headersOf(join(folder, 'launcher')), /interpreter: \/lib\/ld-musl-/);
	t.notRegex(headersOf(join(nativeFolder, 'launcher')), /ld-musl/);
});

test('what is preloaded before the libc is known needs none', t => {
	t.notRegex(execFileSync('readelf', ['-dW', join(nativeFolder, 'preloaded.so')], {encoding: 'utf8'}), /NEEDED/);
	t.regex(execFileSync('readelf', ['-dW', join(nativeFolder, 'error.so')], {encoding: 'utf8'}), /NEEDED.*libc/);
});

test('where nothing was built for musl, a Python that runs on it is refused in a sentence, and one on glibc is not', t => {
	const work = workshop(t);
	const command = withoutMusl(t);
	const onMusl = fakePython(work, speaking(), 'bin/python3.98', [byLoader]);
	const refused = check(command, onMusl);
	t.is(refused.status, 2);
	t.is(
		(refused.stdout + refused.stderr).replace(/\s+/g, ' ').trim(),
		`No build was tested. Not tested: ${onMusl}: pyinterpose was not built for musl, which ${onMusl} runs on. ` +
			"Install musl-tools and rebuild: run 'node native/musl.cjs' in the package's folder.",
	);
	rmSync(join(command, '../../../native'));
	t.regex(
		check(command, onMusl).stdout.replace(/\s+/g, ' '),
		/runs on\. Take pyinterpose from npm, a bundle or a clone: /,
	);
	const onGlibc = check(command, fakePython(work, speaking()));
	t.notRegex(onGlibc.stdout + onGlibc.stderr, /was not built/);
});

function headersOf(path: string): string {
	return execFileSync('readelf', ['-lW', path], {encoding: 'utf8'});
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The command as it is installed where there was no compiler for musl. */
function withoutMusl(t: ExecutionContext): string {
	const {folder} = workshop(t);
	cpSync(dirname(cliPath), join(folder, 'dist/src'), {recursive: true});
	cpSync(join(root, 'package.json'), join(folder, 'package.json'));
	for (const name of ['data', 'native', 'node_modules', 'probes', 'schema'])
		symlinkSync(join(root, name), join(folder, name));
	cpSync(nativeFolder, join(folder, 'build/Release'), {recursive: true, filter: path => !path.includes('obj.target')});
	return join(folder, 'dist/src/cli.js');
}

function check(command: string, target: string) {
	const env = {PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', XDG_CACHE_HOME: join(dirname(target), 'cache')};
	return spawnSync(process.execPath, [command, 'check', '--no-sweep', target], {env, encoding: 'utf8'});
}
