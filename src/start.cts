#!/usr/bin/env node
/** This file starts the command: from the one file that a build joins it into, with the machine code kept beside it, or from its modules. */

const {existsSync, readFileSync} = require('node:fs') as typeof import('node:fs');
const {wrap} = require('node:module') as typeof import('node:module');
const {setFlagsFromString} = require('node:v8') as typeof import('node:v8');
const {Script, constants} = require('node:vm') as typeof import('node:vm');

const joined = `${__dirname}/../pyinterpose.cjs`;
const code = `${__dirname}/../pyinterpose.code`;

if (existsSync(joined)) runJoined();
else import('./cli.js');

/** What another Node compiled is not taken by this one, which then compiles anew: it costs time only. */
function runJoined(): void {
	compileLater();
	const script = new Script(wrap(readFileSync(joined, 'latin1')), {
		filename: joined,
		...(existsSync(code) ? {cachedData: readFileSync(code)} : {}),
		importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
	});
	script.runInThisContext()({}, require, module, joined, `${__dirname}/..`);
}

/**
 * A run of a third of a second gains nothing by code that V8 optimizes, on other processors, once a function has run for a while:
 * eight times as long, then. The kept code is good for the settings alone with which it was compiled: scripts/one-file has the same.
 * V8 12 and later have no such setting, tell the user so for each start, and gain nothing by those that they have.
 */
function compileLater(): void {
	if (Number.parseInt(process.versions.v8, 10) === 11) setFlagsFromString('--interrupt-budget=1000000');
}
