/** This file tries what the machine, or the container, gives a preload: other preloads before it, and a place for its files. */

import {readFileSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import type {DoctorFinding} from '../model/doctor.js';
import {withTemporaryFolder} from '../process/temporary.js';
import type {Surroundings} from '../target/surroundings.js';
import {finding} from './finding.js';

/** `systemPreload` is the file whose libraries the loader puts into every program. */
export async function tryMachine(systemPreload: string, {env}: Surroundings): Promise<readonly DoctorFinding[]> {
	return [systemFinding(systemPreload), await temporaryFinding(env)];
}

function systemFinding(path: string): DoctorFinding {
	const words = textOf(path)
		.replace(/#.*$/gm, '')
		.split(/[\s:]+/)
		.filter(word => word !== '');
	return words.length === 0
		? finding('no-system-preload', path)
		: finding('system-preload', path, {seen: words.join(', ')});
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

/** Our shims are linked and copied there; on a file system mounted noexec the loader maps none of them. */
async function temporaryFinding(env: Surroundings['env']): Promise<DoctorFinding> {
	try {
		return await withTemporaryFolder(env, 'code', async folder =>
			finding('temporary-folder', folder.replace(/\/[^/]*$/, '')),
		);
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		return finding('no-temporary-folder', 'this machine', {seen: error.message});
	}
}
