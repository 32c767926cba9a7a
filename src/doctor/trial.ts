/** This file starts a Python with a preload and lets it say what became of it. */

import type {Launch} from '../model/target.js';
import {runChild} from '../process/child.js';
import {type Ending, succeeded} from '../process/ending.js';
import {targetEnvironment} from '../target/environment.js';
import type {Surroundings} from '../target/surroundings.js';

export interface TrialResult {
	/** Null where it said nothing. */
	readonly said: {
		/** The files of which code is mapped: of one that cannot be run, the loader may leave a piece. */
		readonly objects: readonly string[];
		/** AT_SECURE; null where the kernel does not let the process see. */
		readonly secure: boolean | null;
	} | null;
	readonly ending: Ending;
	readonly stderr: string;
	/** What ld.so says of an object that it leaves out, before the program goes on as if nothing were; null where it says nothing. */
	readonly complaint: string | null;
}

/** Valid on 2.7 to 3.15. A process whose own entries of /proc are closed to it runs with raised privileges. */
const question = [
	'import os, struct',
	'def read(name):',
	'    try:',
	'        with open("/proc/self/" + name, "rb") as file: return file.read()',
	'    except (IOError, OSError): return None',
	'maps, auxv = read("maps"), read("auxv")',
	'say = lambda name, data: os.write(1, (chr(10) + "pyinterpose-" + name + " " + "".join("%02x" % b for b in bytearray(data)) + chr(10)).encode("ascii"))',
	'if maps is not None: say("maps", maps)',
	'if auxv is not None: say("auxv", auxv)',
	'say("end", b"")',
].join('\n');

/** `preload` is handed on as it is. With `site`, what Python loads when it starts is loaded. */
export async function tryPreload(
	launch: Launch,
	env: Readonly<Record<string, string>>,
	{site}: {readonly site: boolean},
	{env: own, signal, timeoutSeconds}: Surroundings,
): Promise<TrialResult> {
	const {exit, stdout, stderr} = await runChild({
		file: launch.file,
		argv: [...launch.argv, ...(site ? [] : ['-S']), '-B', '-c', question],
		env: {...targetEnvironment(own), ...launch.env, ...env},
		timeoutSeconds,
		signal,
	});
	const bytes = (name: string) => {
		const digits = new RegExp(`^pyinterpose-${name} ([0-9a-f]*)$`, 'm').exec(stdout)?.[1];
		return digits === undefined ? null : Buffer.from(digits, 'hex');
	};
	const isAnswer = succeeded(exit) && bytes('end') !== null;
	const said = isAnswer ? {objects: mapped(bytes('maps')), secure: secureIn(bytes('auxv'))} : null;
	return {said, ending: exit, stderr, complaint: complaintIn(stderr)};
}

function complaintIn(stderr: string): string | null {
	return /object '.*' from LD_PRELOAD cannot be preloaded \((.*)\): ignored/.exec(stderr)?.[1] ?? null;
}

function mapped(maps: Buffer | null): readonly string[] {
	const lines = (maps?.toString('utf8') ?? '').split('\n');
	const fields = lines.map(line => line.trim().split(/\s+/)).filter(([, rights]) => rights?.includes('x'));
	return [...new Set(fields.map(words => words.slice(5).join(' ')).filter(path => path.startsWith('/')))];
}

/** AT_SECURE, an entry of pairs of words. */
const atSecure = 23n;

function secureIn(auxv: Buffer | null): boolean | null {
	if (auxv === null) return null;
	for (let at = 0; at + 16 <= auxv.length; at += 16) {
		if (auxv.readBigUInt64LE(at) === atSecure) return auxv.readBigUInt64LE(at + 8) !== 0n;
	}
	return null;
}
