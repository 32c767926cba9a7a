/** This file gathers what the witnesses say of one target, claim by claim. */

import type {StaticWitness} from '../model/binding.js';
import {type Claim, interpreterFamilies, libcFamilies} from '../model/claim.js';
import type {FirstDefinition, ProbedClaim} from '../model/evidence.js';
import type {Finding} from '../model/report.js';
import type {Target, TargetLaunch} from '../model/target.js';
import {allOf} from '../process/at-once.js';
import {identity} from '../process/file-identity.js';
import {type Environment, withPreloadableFolder, withTemporaryFolder} from '../process/temporary.js';
import {compiledProbes} from './counted/compiled.js';
import {type CountedWitness, gatherCounted} from './counted/counted.js';
import {curatedEntries} from './curated-entries.js';
import {hiddenFirst} from './hidden.js';
import {libcExports} from './sweep/libc.js';

export interface EvidenceRequest {
	readonly target: Target;
	readonly launch: TargetLaunch;
	readonly claims: readonly Claim[];
	readonly witness: StaticWitness;
	/** Whether calls that pass the overrides by are counted too, for which the interpreter's code is patched in memory. Yes by default. */
	readonly entryCounts?: boolean;
	readonly env: Environment;
	readonly timeoutSeconds: number;
	readonly signal: AbortSignal;
}

export interface GatheredEvidence {
	/** In the order of the claims; without those whose route this version does not have. */
	readonly probed: readonly ProbedClaim[];
	/** By symbol, where another definition stands before our override in the process. */
	readonly first: ReadonlyMap<string, FirstDefinition>;
	readonly findings: readonly Finding[];
}

export async function gatherEvidence(request: EvidenceRequest): Promise<GatheredEvidence> {
	const {target, claims, witness, env} = request;
	const ofLibc = target.libc === null ? null : libcExports(target.libc, env);
	const isDefined = ({symbol, family}: Claim) => {
		if (target.exports.has(symbol)) return true;
		if ((interpreterFamilies as readonly string[]).includes(family)) return false;
		// musl has no open64 and its like since 1.2.4.
		return !(libcFamilies as readonly string[]).includes(family) || ofLibc === null || ofLibc.has(symbol);
	};
	const dropped = target.preload === 'dropped';
	const {counted, findings, first} = dropped
		? nothingCounted(claims)
		: await count(request, claims.filter(isDefined), witness);
	const unknown = {kind: 'unknown', reason: 'there is nothing to count'} as const;
	const probed = claims
		.filter(claim => !isDefined(claim) || counted.has(claim.id))
		.map((claim): ProbedClaim => ({claim, defined: isDefined(claim), counted: counted.get(claim.id) ?? unknown}));
	return {probed, first: new Map([...hiddenFirst(target.interpreter.path, env), ...first]), findings};
}

/** Where no preload reaches the Python, no shim can count. */
function nothingCounted(claims: readonly Claim[]): CountedWitness {
	const unknown = {kind: 'unknown', reason: 'LD_PRELOAD is dropped on the way'} as const;
	return {counted: new Map(claims.map(({id}) => [id, unknown])), findings: [], first: new Map()};
}

async function count(
	request: EvidenceRequest,
	claims: readonly Claim[],
	{bySymbol}: StaticWitness,
): Promise<CountedWitness> {
	const {target, launch, env, timeoutSeconds, signal} = request;
	return withTemporaryFolder(env, 'data', folder =>
		withPreloadableFolder(env, launch.native, async shims => {
			const {path} = target.interpreter;
			const [entries, compiled] = await allOf([
				request.entryCounts === false ? null : curatedEntries(path, target.exports, bySymbol, env, folder),
				compiledProbes({launch, interpreter: path, env, folder, timeoutSeconds, signal}),
			]);
			const {findings, ...counted} = await gatherCounted({
				launch,
				kind: target.start.kind,
				interpreter: identity(path),
				claims,
				entries,
				shims,
				compiled,
				folder,
				timeoutSeconds,
				signal,
			});
			return {...counted, findings: [...(entries?.findings ?? []), ...findings]};
		}),
	);
}
