/** This file gathers what becomes of preload libraries in one process: who defines, binds and calls what they define. */

import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {AuditEvidence} from '../../model/audit-evidence.js';
import type {Finding} from '../../model/report.js';
import {withTemporaryFolder} from '../../process/temporary.js';
import {type AttributedCalls, attribute, roles} from './attribute.js';
import type {Context} from './context.js';
import {auditFindings, whyBroken, whyNothing} from './control.js';
import {jumpsTo} from './jumps.js';
import type {AuditLedger} from './ledger.js';
import {missingEvidence} from './left-out.js';
import {type LoadedObject, read as readLoaded} from './object.js';
import {overridesOf} from './overrides.js';
import {type AuditPlan, writePlan} from './plan.js';
import type {AuditRequest} from './request.js';
import {runTold} from './run.js';
import {type Scene, setScene} from './scene.js';
import {watch} from './watch.js';

/** Errors: SuiteError where a library cannot be read; whatever goes wrong in the program is a finding. */
export async function gatherAudit(given: AuditRequest): Promise<AuditEvidence> {
	return withTemporaryFolder(given.env, 'data', async folder => {
		const work = join(folder, 'work');
		await mkdir(work);
		// What the library leaves behind where it runs is gone with the folder; a command runs where the user is.
		return gatherIn(folder, given.program.wrapped ? given : {...given, program: {...given.program, cwd: work}});
	});
}

async function gatherIn(folder: string, request: AuditRequest): Promise<AuditEvidence> {
	const libraries = request.libraries.map(readLoaded);
	const told = await runTold(request.program, folder, request);
	const scene = setScene(request, libraries, told);
	const plan = await writePlan(folder, libraries, scene.definers, scene.watched);
	const watched = await watch(request, folder, told);
	const reason = whyNothing(request, told, watched, plan);
	const broken = await whyBroken(request, told);
	const findings = await auditFindings(request, told, watched);
	if (reason !== null) return {inconclusive: reason, functions: [], own: 0, missing: [], broken, findings};
	const described = await describe(request, scene, plan, watched.ledger);
	return {...described, inconclusive: null, broken, findings: [...findings, ...described.findings]};
}

type Described = Pick<AuditEvidence, 'functions' | 'own' | 'missing' | 'findings'>;

async function describe(request: AuditRequest, scene: Scene, plan: AuditPlan, ledger: AuditLedger): Promise<Described> {
	const startup = new Set(ledger.objects.filter(one => one.startup).map(({path}) => path));
	const who = roles({
		interpreter: request.interpreter,
		executable: request.program.executable,
		libraries: request.libraries,
		read: scene.read,
		startup: path => startup.has(path),
	});
	const calls = attribute({...scene, plan, ledger, roles: who});
	const jumps = new Map<LoadedObject, ReadonlyMap<string, number>>();
	for (const object of scene.definers) jumps.set(object, await jumpsTo(object, scene.overrides));
	const context: Context = {request, scene, plan, ledger, who, calls, jumps};
	const functions = scene.libraries.flatMap((_, library) => overridesOf(library, context));
	const overriding = new Set(functions.map(({library, symbol}) => `${library} ${symbol}`)).size;
	const all = scene.libraries.reduce((sum, {names}) => sum + names.size, 0);
	const missing = scene.missing.map(one => missingEvidence(one, context));
	return {functions, own: all - overriding, missing, findings: unknownCallers(calls)};
}

/** Code that is made at run time belongs to no file, and so to no caller. */
function unknownCallers(calls: readonly AttributedCalls[]): readonly Finding[] {
	const unknown = calls.filter(({caller}) => caller === 'unknown');
	const count = unknown.reduce((sum, one) => sum + one.calls + one.forwards, 0);
	if (count === 0) return [];
	const message = `Of ${count} of the calls that were counted it is not known who made them; they are no part of a verdict.`;
	return [{kind: 'unknown-caller', message}];
}
