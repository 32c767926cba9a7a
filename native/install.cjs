/**
 * This file is the package's install script: it takes what was compiled beforehand for this machine (packaging/prebuild), or compiles
 * what runs inside targets. In a clone it always compiles: there the sources are what counts.
 */

const {createHash} = require('node:crypto');
const {existsSync, readFileSync, rmSync} = require('node:fs');
const {join} = require('node:path');
const {buildForMusl} = require('./musl.cjs');
const {nodeGyp} = require('./node-gyp.cjs');

const root = join(__dirname, '..');
const folder = join(root, 'prebuilds', `linux-${process.arch}`);

const reason = reasonAgainst();
if (reason === null) {
	// What an earlier version left would be taken first.
	rmSync(join(root, 'build'), {recursive: true, force: true});
} else {
	if (existsSync(folder)) process.stderr.write(`pyinterpose: compiling the native part, because ${reason}\n`);
	process.exitCode = nodeGyp(['rebuild', '--silent']) || buildForMusl();
}

/** Why what was compiled beforehand is not taken, as the end of a sentence; null where it is. */
function reasonAgainst() {
	if (existsSync(join(root, 'tsconfig.json'))) return 'this is a clone.';
	if (!existsSync(folder)) return `nothing was compiled beforehand for ${process.arch}.`;
	// musl has no such version, and glibc's objects do not run there.
	const {glibcVersionRuntime} = process.report.getReport().header;
	if (glibcVersionRuntime === undefined) return 'this is no glibc.';
	const damaged = damagedFile();
	return damaged === null ? null : `${damaged} is not what its digest says.`;
}

function damagedFile() {
	for (const line of readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
		const [digest, name] = line.split('  ');
		const path = join(folder, name);
		if (!existsSync(path) || createHash('sha256').update(readFileSync(path)).digest('hex') !== digest) return path;
	}
	return null;
}
