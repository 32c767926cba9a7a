/**
 * This file builds the native part once more, for Pythons that run on musl, where a compiler for that is here (musl-gcc, of Debian's
 * musl-tools). Its sources are copied to a folder of their own, because node-gyp builds into the folder that it finds them in.
 */

const {spawnSync} = require('node:child_process');
const {cpSync, existsSync, mkdirSync, rmSync} = require('node:fs');
const {join} = require('node:path');
const {nodeGyp} = require('./node-gyp.cjs');

const root = join(__dirname, '..');
const compiler = 'musl-gcc';
const copied = ['binding.gyp', 'package.json', 'native'];

/** The exit status of the build; 0 where there is nothing to build it with. */
function buildForMusl() {
	const folder = join(root, 'build', 'musl');
	if (spawnSync(compiler, ['--version'], {stdio: 'ignore'}).status !== 0) {
		// What another version left would fit no more.
		rmSync(folder, {recursive: true, force: true});
		return 0;
	}
	mkdirSync(folder, {recursive: true});
	// With their times, so that only what was changed is compiled anew.
	for (const name of copied) cpSync(join(root, name), join(folder, name), {recursive: true, preserveTimestamps: true});
	const words = [existsSync(join(folder, 'build', 'Makefile')) ? 'build' : 'rebuild', '--silent'];
	return nodeGyp(words, {cwd: folder, env: {...process.env, CC: compiler, CXX: compiler}});
}

module.exports = {buildForMusl};

if (require.main === module) process.exitCode = buildForMusl();
