// This file installs an unpacked bundle as a distribution's package does: install.cjs DESTDIR LIBDIR CPU ZSH LICENCES, with the command's
// own files in LIBDIR, the native ones for CPU (x64, arm64), the completion for zsh in ZSH and the licences of npm's packages in LICENCES.

const {execFileSync} = require('node:child_process');
const {chmodSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} = require('node:fs');
const {basename, dirname, join, relative} = require('node:path');

const bundle = dirname(__dirname);
const [destination, library, cpu, zsh, licences] = process.argv.slice(2);
if (licences === undefined) throw new Error('install.cjs takes DESTDIR, LIBDIR, a CPU, and folders for zsh and for licences.');

/** What a package of npm brings for those who compile or test it. */
const notToRun = ['build', 'deps', 'docs', 'example', 'include', 'node-addon-api', 'test', 'tests', 'types', 'build.js', 'binding.gyp'];

// For Pythons that run on musl there is a second native part, where one was made.
const native = [`prebuilds/linux-${cpu}`, `prebuilds/linux-${cpu}-musl`].filter(part => existsSync(join(bundle, part)));
for (const part of ['package.json', 'data', 'probes', 'schema', 'docs', 'dist', ...native, 'bin']) copy(part, isMeant);
const packages = packagesOf(bundle);
for (const folder of packages) {
	const ofOtherCpus = path => /\/prebuilds\/linux-/.test(path) && !path.includes(`/prebuilds/linux-${cpu}`);
	const inside = path => relative(folder, path).split('/');
	const runs = path => !notToRun.includes(inside(path)[0]) && !inside(path).includes('node_modules') && !ofOtherCpus(path);
	copy(relative(bundle, folder), path => isMeant(path) && runs(path) && !isLicence(basename(path)));
	for (const name of readdirSync(folder).filter(isLicence)) {
		const title = relative(join(bundle, 'node_modules'), folder).replaceAll('/', '_');
		to(join(licences, `${title}-${name.replace(/\.(md|txt)$/, '')}.txt`), file => cpSync(join(folder, name), file));
	}
}
chmodSync(join(destination, library, 'dist/src/start.cjs'), 0o755);
to('/usr/bin/pyinterpose', file => symlinkSync(relative('/usr/bin', join(library, 'bin/pyinterpose')), file));
written('/usr/share/man/man1/pyinterpose.1', ['man']);
written('/usr/share/bash-completion/completions/pyinterpose', ['completion', 'bash']);
written('/usr/share/fish/vendor_completions.d/pyinterpose.fish', ['completion', 'fish']);
written(join(zsh, '_pyinterpose'), ['completion', 'zsh']);

/** Those that the command loads: all but node-gyp, which compiles what is compiled. */
function packagesOf(folder, seen = new Set()) {
	const {dependencies = {}} = require(join(folder, 'package.json'));
	for (const name of Object.keys(dependencies).filter(name => name !== 'node-gyp' && name !== 'node-addon-api')) {
		const found = packageFrom(folder, name);
		if (seen.has(found)) continue;
		seen.add(found);
		packagesOf(found, seen);
	}
	return [...seen];
}

/** As Node looks for it, upwards. */
function packageFrom(folder, name) {
	for (let at = folder; at.startsWith(bundle); at = dirname(at)) {
		const found = join(at, 'node_modules', name);
		if (existsSync(found)) return found;
	}
	throw new Error(`${name} is not in the bundle.`);
}

function copy(part, filter) {
	to(join(library, part), path => cpSync(join(bundle, part), path, {recursive: true, filter}));
}

function to(path, write) {
	const file = join(destination, path);
	mkdirSync(dirname(file), {recursive: true});
	write(file);
}

function written(path, words) {
	to(path, file => writeFileSync(file, execFileSync(process.execPath, [join(bundle, 'dist/src/start.cjs'), ...words])));
}

function isMeant(path) {
	return !/(^\.|\.(d\.c?ts|map|md|ya?ml|cc?|h)$)/.test(basename(path)) || relative(bundle, path).startsWith('docs/');
}

function isLicence(name) {
	return /^licen[cs]e/i.test(name);
}
