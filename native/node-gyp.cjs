/**
 * This file runs node-gyp with the headers that lie beside Node, so that nothing is fetched: node-gyp by itself downloads them.
 *
 * It is CommonJS and needs no package but node-gyp: it runs while packages are being installed.
 */

const {spawnSync} = require('node:child_process');
const {existsSync, readFileSync, realpathSync} = require('node:fs');
const {dirname, join} = require('node:path');

/** Runs `node-gyp WORDS...` in the working folder, or where `place` says; its exit status. */
function nodeGyp(words, place = {}) {
	const folder = headersFolder();
	const script = require.resolve('node-gyp/bin/node-gyp.js');
	const {status} = spawnSync(process.execPath, [script, ...(folder === null ? [] : [`--nodedir=${folder}`]), ...words], {
		stdio: 'inherit',
		...place,
	});
	return status ?? 1;
}

/**
 * What node-gyp is to be told of where the headers are: null where the user's own configuration says it, or where there are none
 * of this very version. Beside Node itself, else where Debian's libnode-dev puts them.
 */
function headersFolder() {
	if ((process.env.npm_config_nodedir ?? '') !== '') return null;
	const prefix = dirname(dirname(realpathSync(process.execPath)));
	return [prefix, '/usr/include/nodejs', '/usr'].find(isOfThisNode) ?? null;
}

/** node-gyp looks for them in these two places of a folder. */
function isOfThisNode(folder) {
	return ['include/node', '.', 'src'].some(place => {
		const version = join(folder, place, 'node_version.h');
		if (!existsSync(version)) return false;
		const text = readFileSync(version, 'utf8');
		const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
			part => new RegExp(`define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1],
		);
		return process.versions.node === numbers.join('.');
	});
}

module.exports = {nodeGyp, headersFolder};
