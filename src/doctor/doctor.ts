/** This file tries, for real, everything that makes the loader ignore a preload: here, in these programs, for these libraries. */

import type {DoctorFinding} from '../model/doctor.js';
import type {Surroundings} from '../target/surroundings.js';
import {tryLibrary} from './libraries.js';
import {tryMachine} from './machine.js';
import {tryProgram} from './program.js';

export interface DoctorRequest {
	readonly targets: readonly string[];
	/** As they would stand in LD_PRELOAD, one each. */
	readonly libraries: readonly string[];
	readonly systemPreload: string;
	readonly surroundings: Surroundings;
}

/** Errors: TargetError for a target that is no program. */
export async function examine({
	targets,
	libraries,
	systemPreload,
	surroundings,
}: DoctorRequest): Promise<readonly DoctorFinding[]> {
	const findings: DoctorFinding[] = [...(await tryMachine(systemPreload, surroundings))];
	for (const target of targets) {
		const tried = await tryProgram(target, surroundings);
		findings.push(...tried.findings);
		if (tried.launch === null) continue;
		for (const library of libraries) findings.push(await tryLibrary(library, target, tried.launch, surroundings));
	}
	return findings;
}
