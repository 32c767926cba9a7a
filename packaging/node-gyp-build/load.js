// This file loads a dependency's addon from where it was built, else from what was compiled beforehand, as node-gyp-build does.

const {existsSync, readdirSync} = require('node:fs');
const {join} = require('node:path');

module.exports = folder => {
	const folders = [join(folder, 'build', 'Release'), join(folder, 'prebuilds', `linux-${process.arch}`)];
	for (const place of folders.filter(existsSync)) {
		const addon = readdirSync(place).find(name => name.endsWith('.node'));
		if (addon !== undefined) return require(join(place, addon));
	}
	throw new Error(`No addon is built in ${folders.join(' or ')}`);
};
