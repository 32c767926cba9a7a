/** This file starts a further thread of the command that `start.cts` started from the one file. */

const {existsSync, readFileSync} = require('node:fs') as typeof import('node:fs');
const {wrap} = require('node:module') as typeof import('node:module');
const {Script, constants} = require('node:vm') as typeof import('node:vm');

const joined = `${__dirname}/../pyinterpose.cjs`;
const code = `${__dirname}/../pyinterpose.code`;

const script = new Script(wrap(readFileSync(joined, 'latin1')), {
	filename: joined,
	...(existsSync(code) ? {cachedData: readFileSync(code)} : {}),
	importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
script.runInThisContext()({}, require, {isThread: true}, joined, `${__dirname}/..`);
