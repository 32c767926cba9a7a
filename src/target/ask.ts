/** This file runs a wrapper once, as it is, and asks what becomes of it: which ELF file, in which environment, with what preloaded. */

import {realpathSync} from 'node:fs';
import type {Through} from '../model/target.js';
import {runChild} from '../process/child.js';
import {endingInWords} from '../process/ending.js';
import {complain, lastLine} from './complaints.js';
import {madeByWrapper, wrapperEnvironment} from './environment.js';
import {isLibpython} from './objects.js';
import {preloadSeen, withPreloaded} from './preloaded.js';
import type {Surroundings} from './surroundings.js';

export interface Answer extends Through {
	readonly executable: string;
}

/** Prints bytes, since a path may be in any encoding and 2.7 has no other strings: in hexadecimal, for they may hold line feeds. */
const question = [
	'import os',
	'say = lambda name, data: os.write(1, (chr(10) + "pyinterpose-" + name + " " + "".join("%02x" % b for b in bytearray(data)) + chr(10)).encode("ascii"))',
	'say("environ", open("/proc/self/environ", "rb").read())',
	'say("cmdline", open("/proc/self/cmdline", "rb").read())',
	'say("maps", open("/proc/self/maps", "rb").read())',
	'os.write(1, b"\\npyinterpose-exe " + os.readlink(b"/proc/self/exe") + b"\\n")',
].join('\n');

/** Errors: TargetError where the wrapper does not answer in time. */
export async function askForPython(path: string, {env, signal, timeoutSeconds}: Surroundings): Promise<Answer> {
	const given = wrapperEnvironment(env);
	const {exit, stdout, stderr} = await withPreloaded(env, preload =>
		runChild({
			file: path,
			argv: ['-c', question],
			env: {...given, LD_PRELOAD: preload},
			timeoutSeconds,
			signal,
		}),
	);
	const said = (name: string) => {
		const digits = new RegExp(`^pyinterpose-${name} ([0-9a-f]*)$`, 'm').exec(stdout)?.[1];
		return Buffer.from(digits ?? '', 'hex').toString('utf8');
	};
	const executable = /^pyinterpose-exe (.+)$/m.exec(stdout)?.[1];
	if (executable === undefined) {
		throw complain({kind: 'mute-wrapper', path, ending: endingInWords(exit), said: lastLine(stderr)});
	}
	const objects = mappedCode(said('maps'));
	return {
		executable: whole(executable),
		argv: wordsBefore(question, said('cmdline')),
		env: madeByWrapper(given, variables(said('environ'))),
		libpythons: objects.filter(isLibpython),
		preload: preloadSeen(objects) ?? 'kept',
	};
}

/** A wrapper may start what only it can see: a mount that is gone by now, a file in another root. */
function whole(path: string): string {
	try {
		return realpathSync(path);
	} catch (error) {
		throw complain({kind: 'no-such-file', path}, error);
	}
}

function mappedCode(maps: string): readonly string[] {
	const paths = maps
		.split('\n')
		.map(line => line.trim().split(/\s+/))
		.filter(([, rights]) => rights?.includes('x'))
		.map(fields => fields.slice(5).join(' '));
	return [...new Set(paths.filter(path => path.startsWith('/')))];
}

/** What a wrapper puts between the program's name and our `-c`. */
function wordsBefore(question: string, cmdline: string): readonly string[] {
	const words = cmdline.split('\0');
	return words.slice(1, Math.max(1, words.indexOf(question) - 1));
}

function variables(environ: string): Readonly<Record<string, string>> {
	const pairs = environ.split('\0').filter(entry => entry.includes('='));
	return Object.fromEntries(
		pairs.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
	);
}
