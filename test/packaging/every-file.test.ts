/** This file holds packaging/ to its tests: each file is run, or read as its users read it, by a test that is named here. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../support/packaging.js';

/** Of each file of packaging/ the test that runs it, and the words of that test by which it comes to run. */
const tried: Readonly<Record<string, readonly [file: string, words: string]>> = {
	'README.md': ['readme', 'packaging/README.md'],
	'build-bundle': ['bundle', "offline(['./setup']"],
	'build-deb': ['packages', "script('packaging/build-deb'"],
	'build-rpm': ['packages', "script('packaging/build-rpm'"],
	bundle: ['bundle', "spawnSync('packaging/bundle'"],
	'container/Containerfile': ['packages', "'packaging/container/Containerfile'"],
	'debian/changelog': ['packages', "script('packaging/build-deb'"],
	'debian/control': ['packages', "field('Depends')"],
	'debian/copyright': ['packages', 'doc/pyinterpose/copyright'],
	'debian/docs': ['packages', "script('packaging/build-deb'"],
	'debian/lintian-overrides': ['packages', "spawnSync('lintian'"],
	'debian/rules': ['packages', "script('packaging/build-deb'"],
	'debian/source/format': ['packages', "script('packaging/build-deb'"],
	'debian/tests/control': ['autopkgtest', 'debian/tests/control'],
	'debian/tests/interpose': ['autopkgtest', '/interpose +PASS/'],
	'debian/tests/interpose.toml': ['autopkgtest', 'debian/tests/interpose.toml'],
	'github/interpose.toml': ['examples', "layOut(t, 'github')"],
	'github/interpose.yml': ['examples', "'interpose.yml'"],
	'gitlab-component/templates/pyinterpose.yml': ['hooks', 'gitlab-component/templates/pyinterpose.yml'],
	'gitlab/.gitlab-ci.yml': ['examples', "'.gitlab-ci.yml'"],
	'gitlab/interpose.toml': ['examples', "'gitlab'"],
	'install.cjs': ['packages', "script('packaging/build-deb'"],
	'kubernetes/job.yaml': ['parts', "'job.yaml'"],
	'node-gyp-build/build.js': ['bundle', "offline(['./setup']"],
	'node-gyp-build/load.js': ['bundle', "'bin/pyinterpose'), 'check'"],
	'node-gyp-build/package.json': ['bundle', "'bin/pyinterpose'), 'check'"],
	'node-inside': ['bundle', "'packaging/node-inside'"],
	prebuild: ['bundle', 'compiledBeforehand'],
	'rpm/check.toml': ['packages', 'packaging/rpm/check.toml'],
	'rpm/pyinterpose.spec': ['packages', "script('packaging/build-rpm'"],
	'run-bundle': ['bundle', "'bin/pyinterpose'), 'check'"],
	'slurm/interpose.sbatch': ['parts', "'interpose.sbatch'"],
	'tmt/.fmf/version': ['examples', "'.fmf/version'"],
	'tmt/plan.fmf': ['examples', "'plan.fmf'"],
	'tmt/tests/interpose': ['examples', "run('./interpose'"],
	'tmt/tests/interpose.toml': ['examples', "'tests/interpose.toml'"],
	'tmt/tests/main.fmf': ['examples', "'tests/main.fmf'"],
};

test('every file under packaging/ has its test, and no row its file no more', t => {
	const folder = join(root, 'packaging');
	const files = readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
	t.deepEqual(files.sort(), Object.keys(tried).sort());
});

test('each of these tests has the words that are said of it', t => {
	for (const [path, [name, words]] of Object.entries(tried)) {
		const file = join(root, `test/packaging/${name}.test.ts`);
		t.true(existsSync(file) && readFileSync(file, 'utf8').includes(words), `${path}: ${name} has no ${words}`);
	}
});

test('the examples at the top of the repository have their tests, too', t => {
	for (const [path, name] of [
		['action.yml', 'examples'],
		['.pre-commit-hooks.yaml', 'hooks'],
	]) {
		t.true(existsSync(join(root, path ?? '')));
		t.true(readFileSync(join(root, `test/packaging/${name}.test.ts`), 'utf8').includes(`'${path}'`), path);
	}
});
