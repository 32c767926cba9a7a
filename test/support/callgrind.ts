/** This file runs a command under callgrind and reads the calls that it saw: an oracle that is not ours. */

import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
// Its type alone: programs that are no tests, which AVA does not let import it, use this file, too.
import type {Missing} from './needs.js';

/**
 * Callgrind itself, past the `valgrind` command: that is a program like any other, so a shim that is preloaded would take
 * it for the target. Null where valgrind is not installed.
 */
const tool = ['/usr/libexec/valgrind', '/usr/lib/valgrind', '/usr/lib64/valgrind', '/usr/local/libexec/valgrind']
	.flatMap(folder => ['amd64', 'arm64'].map(machine => `${folder}/callgrind-${machine}-linux`))
	.find(existsSync);

export const valgrind: Missing = tool === undefined ? {what: 'valgrind', installable: true} : null;

/** What stands before a command so that callgrind writes to `out`. */
export function callgrind(out: string): readonly string[] {
	return [
		tool ?? 'callgrind',
		'--tool=callgrind',
		'--quiet',
		`--callgrind-out-file=${out}`,
		'--compress-strings=no',
		'--compress-pos=no',
	];
}

/** What callgrind finds its own files by. */
export const callgrindEnvironment = {VALGRIND_LAUNCHER: '/usr/bin/valgrind', VALGRIND_LIB: dirname(tool ?? '/')};

/** Calls into the functions of one object, by name; what the objects in `but` call is left out. */
export function callsInto(object: string, out: string, but: readonly string[] = []): ReadonlyMap<string, number> {
	const calls = new Map<string, number>();
	let from = '';
	let into: string | null = null;
	let name = '';
	for (const line of readFileSync(out, 'utf8').split('\n')) {
		const [key, value = ''] = split(line);
		if (key === 'ob') from = value;
		else if (key === 'cob') into = value;
		// A call within a recursion has the depth behind the name: `PyObject_Call'2`.
		else if (key === 'cfn') name = value.replace(/'\d+$/, '');
		else if (key === 'calls') {
			if (basename(into ?? from) === object && !but.includes(basename(from))) {
				calls.set(name, (calls.get(name) ?? 0) + Number(value.split(' ')[0]));
			}
			into = null;
		}
	}
	return calls;
}

function split(line: string): readonly [string, string?] {
	const at = line.indexOf('=');
	return at < 0 ? [line] : [line.slice(0, at), line.slice(at + 1)];
}
