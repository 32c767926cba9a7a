/** This file tries whether a preload reaches a program: past its wrapper, its linking, its libc and its privileges. */

import {realpathSync, statSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import type {DoctorFinding} from '../model/doctor.js';
import type {Launch} from '../model/target.js';
import {readObjectFile} from '../object/object-file.js';
import {endingInWords} from '../process/ending.js';
import {askForPython} from '../target/ask.js';
import {complain, lastLine} from '../target/complaints.js';
import {isInterpreter, isLibpython, neededLibpythons, objectReader} from '../target/objects.js';
import {onPath} from '../target/path.js';
import {preloadSeen, withPreloaded} from '../target/preloaded.js';
import {sniff} from '../target/sniff.js';
import type {Surroundings} from '../target/surroundings.js';
import {finding} from './finding.js';
import {selfFirstObjects} from './scopes.js';
import {tryPreload} from './trial.js';

export interface Tried {
	readonly findings: readonly DoctorFinding[];
	/** How to start it, where it is a Python that a preload may reach; null where no library need be tried in it. */
	readonly launch: Launch | null;
}

/** Errors: TargetError for what is no program. */
export async function tryProgram(given: string, surroundings: Surroundings): Promise<Tried> {
	const path = given.includes('/') ? resolve(given) : onPath(given, surroundings.env.PATH);
	if (path === null) throw complain({kind: 'not-on-path', name: given, here: false});
	if (sniff(path).kind === 'elf') return tryElf(given, realpathSync(path), {argv: [], env: {}}, surroundings);
	const {executable, argv, env, preload} = await askForPython(path, surroundings);
	const wrapper = finding(preload === 'kept' ? 'wrapper-keeps' : 'wrapper-drops', given, {inside: executable});
	if (preload === 'dropped') return {findings: [wrapper], launch: null};
	const {findings, launch} = await tryElf(executable, executable, {argv, env}, surroundings);
	return {findings: [wrapper, ...findings], launch};
}

async function tryElf(
	given: string,
	path: string,
	through: Pick<Launch, 'argv' | 'env'>,
	surroundings: Surroundings,
): Promise<Tried> {
	const only = (found: DoctorFinding): Tried => ({findings: [found], launch: null});
	const {elf} = readObjectFile(path);
	if (isLibpython(path) && elf.interpreter === null) throw complain({kind: 'no-python', path});
	if (elf.interpreter === null) return only(finding('static', given));
	const loader = basename(elf.interpreter);
	if (/^ld-musl/.test(loader)) return only(finding('other-libc', given, {seen: loader}));
	const owner = raisedTo(path);
	if (owner !== null) return only(finding('set-user-id', given, {seen: owner}));
	// Nothing else is run: what a program that is no Python does with these words is not known.
	const object = objectReader()(path);
	if (!isInterpreter(object) && neededLibpythons(object).length === 0)
		return only(finding('mute', given, {seen: 'it is no Python'}));
	const launch: Launch = {file: path, ...through};
	const reached = await tryReach(given, launch, surroundings);
	if (reached.outcome !== 'fine') return only(reached);
	return {findings: [reached, await tryScopes(given, launch, surroundings)], launch};
}

/** S_ISUID and S_ISGID. */
const setUserId = 0o4000;
const setGroupId = 0o2000;

/** Whose rights the program would have; null where they are ours. */
function raisedTo(path: string): string | null {
	const {mode, uid, gid} = statSync(path);
	if ((mode & setUserId) !== 0 && uid !== process.geteuid?.()) return `the user ${uid}`;
	if ((mode & setGroupId) !== 0 && gid !== process.getegid?.()) return `the group ${gid}`;
	return null;
}

async function tryReach(given: string, launch: Launch, surroundings: Surroundings): Promise<DoctorFinding> {
	return withPreloaded(surroundings.env, async preload => {
		const trial = await tryPreload(launch, {LD_PRELOAD: preload}, {site: false}, surroundings);
		const {said, ending, stderr, complaint} = trial;
		if (said === null) return finding('mute', given, {seen: lastLine(stderr) || endingInWords(ending)});
		// A process that may not see its own entries under /proc has other rights than whoever started it.
		if (said.secure !== false) return finding('secure', given);
		if (preloadSeen(said.objects) === 'kept') return finding('reached', given);
		return finding('unreached', given, {seen: complaint});
	});
}

async function tryScopes(given: string, launch: Launch, surroundings: Surroundings): Promise<DoctorFinding> {
	const {said, ending, stderr} = await tryPreload(launch, {LD_DEBUG: 'scopes'}, {site: true}, surroundings);
	if (said === null) return finding('mute', given, {seen: endingInWords(ending)});
	const objects = selfFirstObjects(stderr);
	return objects.length === 0 ? finding('no-deepbind', given) : finding('deepbind', given, {seen: objects.join(', ')});
}
