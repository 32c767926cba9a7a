/** This file tries a library in a Python as it would be preloaded, and says why the loader leaves it out. */

import {existsSync, realpathSync} from 'node:fs';
import type {DoctorFinding, DoctorKind} from '../model/doctor.js';
import type {Launch} from '../model/target.js';
import {readHead} from '../object/object-file.js';
import {endingInWords} from '../process/ending.js';
import {preloadable} from '../process/preloadable.js';
import {hostHeader, machineHeader, machineName, sameMachine} from '../target/machine.js';
import type {Surroundings} from '../target/surroundings.js';
import {finding} from './finding.js';
import {tryPreload} from './trial.js';

/** `library` is handed to the loader as the user wrote it. */
export async function tryLibrary(
	library: string,
	inside: string,
	launch: Launch,
	surroundings: Surroundings,
): Promise<DoctorFinding> {
	const {said, ending, stderr, complaint} = await tryPreload(
		launch,
		{LD_PRELOAD: library},
		{site: false},
		surroundings,
	);
	const real = existsSync(library) ? realpathSync(library) : library;
	// A name without a slash is searched for: what is mapped then has another path.
	const isLoaded = said?.objects.some(
		path => path === real || (!library.includes('/') && path.endsWith(`/${library}`)),
	);
	if (isLoaded === true) return finding('library-loaded', library, {inside});
	const needed = /error while loading shared libraries: (\S+): cannot open shared object file/.exec(stderr)?.[1];
	if (needed !== undefined) return finding('library-needs', library, {inside, seen: needed});
	if (said === null && complaint === null) {
		return finding('mute', inside, {inside: library, seen: endingInWords(ending)});
	}
	return finding(kindOf(library, complaint), library, {inside, seen: seenOf(library, complaint)});
}

function kindOf(library: string, complaint: string | null): DoctorKind {
	if (library.includes('/') && !preloadable(library) && /[\s:$]/.test(library)) return 'library-path';
	if (!existsSync(library)) return 'library-missing';
	if (foreign(library) !== null) return 'library-machine';
	if (complaint === null) return 'library-ignored';
	if (/failed to map segment/.test(complaint)) return 'library-noexec';
	if (/wrong ELF class/.test(complaint)) return 'library-machine';
	if (/invalid ELF header|file too short|dynamically load|object file has no dynamic/.test(complaint)) {
		return 'library-no-object';
	}
	return 'library-ignored';
}

function seenOf(library: string, complaint: string | null): string | null {
	return foreign(library) ?? complaint;
}

/** ld.so says of an object for another machine only that it cannot be opened. */
function foreign(library: string): string | null {
	if (!existsSync(library)) return null;
	const header = machineHeader(Buffer.from(readHead(library)));
	if (header === null || sameMachine(header, hostHeader())) return null;
	return `it is for ${machineName(header)}, and this machine is ${machineName(hostHeader())}`;
}
