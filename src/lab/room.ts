/** This file sees to it that there is a place to build in, before a build begins. */

import {accessSync, constants, mkdirSync, statfsSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import {fileErrorWords} from '../process/file-errors.js';

const need = 600;

/** Errors: SuiteError where the folder cannot be made or written to, or its disk has too little left. */
export function mustHaveRoom(root: string): void {
	try {
		mkdirSync(root, {recursive: true});
		accessSync(root, constants.W_OK);
	} catch (error) {
		throw new SuiteError(`The lab cannot keep its builds in ${root}: ${fileErrorWords(error)}.`, {
			hint: 'Set XDG_CACHE_HOME to a folder that can be written to.',
			cause: error,
		});
	}
	if (/\s/.test(root)) {
		throw new SuiteError(`CPython does not build in a folder with a space in its path: ${root}.`, {
			hint: 'Set XDG_CACHE_HOME to another folder.',
		});
	}
	const {bavail, bsize} = statfsSync(root);
	const left = Math.floor((bavail * bsize) / 1_000_000);
	if (left < need) {
		throw new SuiteError(`A build takes about ${need} MB, and ${root} has ${left} MB left.`, {
			hint: "Free some space, or run 'pyinterpose lab clean'.",
		});
	}
}
