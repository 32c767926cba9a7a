/** This file is the suite on one screen: target, evidence, verdict, report. */

import {claimsOf} from './catalog/claims.js';
import {type Selection, select} from './catalog/select.js';
import {readCatalog} from './gather/catalog.js';
import {gatherCounted} from './gather/counted/counted.js';
import {identity} from './gather/counted/identity.js';
import {hostFacts} from './gather/host.js';
import {gatherStatic} from './gather/static.js';
import {disagreements} from './judge/disagreements.js';
import {judge} from './judge/judge.js';
import {fixAddresses, nativeFolder} from './ledger/native.js';
import type {Claim} from './model/claim.js';
import type {Evidence} from './model/evidence.js';
import {atOnce} from './model/at-once.js';
import {assemble} from './model/assemble.js';
import type {Failure, Report, TargetReport} from './model/report.js';
import type {Target} from './model/target.js';
import {type Environment, withPreloadableFolder, withTemporaryFolder} from './process/temporary.js';
import {targetEnvironment} from './target/environment.js';
import {withLauncher} from './target/launch.js';
import type {Launcher} from './target/surroundings.js';
import {gatherTargets, type Wanted} from './target/targets.js';
import {TargetError} from './errors.js';

export interface CheckOptions {
	readonly wanted: Wanted;
	readonly selection: Selection;
	/** Per start of a target. */
	readonly timeoutSeconds: number;
	/** Targets at a time. */
	readonly jobs: number;
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** Told what is being done, in a few words. */
	progress(what: string): void;
}
