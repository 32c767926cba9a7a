#!/usr/bin/env node
// This file is the install script of our dependencies' addons: node-gyp-build's own lets node-gyp download Node's headers. What was
// compiled beforehand and can be loaded here is taken as it is.

const {existsSync, readdirSync} = require('node:fs');
const {join} = require('node:path');
const {nodeGyp} = require('../../native/node-gyp.cjs');

if (!isHere(join('prebuilds', `linux-${process.arch}`))) process.exitCode = nodeGyp(['rebuild']);

function isHere(folder) {
	if (!existsSync(folder)) return false;
	try {
		return readdirSync(folder)
			.filter(name => name.endsWith('.node'))
			.some(name => require(join(process.cwd(), folder, name)) !== undefined);
	} catch (error) {
		process.stderr.write(`pyinterpose: compiling ${process.cwd()}, because ${error.message}\n`);
		return false;
	}
}
