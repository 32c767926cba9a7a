#!/usr/bin/env node
/** This file starts the command: from the one file that a build joins it into, with the machine code kept beside it, or from its modules. */

const {existsSync, readFileSync} = require('node:fs') as typeof import('node:fs');
const {wrap} = require('node:module') as typeof import('node:module');
const {Script, constants} = require('node:vm') as typeof import('node:vm');

const joined = `${__dirname}/../pyinterpose.cjs`;
const code = `${__dirname}/../pyinterpose.code`;

if (existsSync(joined)) runJoined();
else import('./cli.js');

/** What another Node compiled is not taken by this one, which then compiles anew: it costs time only. */
function runJoined(): void {
	const script = new Script(wrap(readFileSync(joined, 'utf8')), {
		filename: joined,
		...(existsSync(code) ? {cachedData: readFileSync(code)} : {}),
		importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
	});
	script.runInThisContext()({}, require, module, joined, `${__dirname}/..`);
}
