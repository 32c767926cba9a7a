/** This file gathers the mutants of all parts. */

import {bindingMutants} from './areas/binding.js';
import {catalogMutants} from './areas/catalog.js';
import {contractMutants} from './areas/contract.js';
import {elfMutants} from './areas/elf.js';
import {entriesMutants} from './areas/entries.js';
import {gatherMutants} from './areas/gather.js';
import {judgeMutants} from './areas/judge.js';
import {nativeMutants} from './areas/native.js';
import {probesMutants} from './areas/probes.js';
import {processMutants} from './areas/process.js';
import {renderMutants} from './areas/render.js';
import {targetMutants} from './areas/target.js';
import type {Mutant} from './mutant.js';

export const mutants: readonly Mutant[] = [
	...bindingMutants,
	...catalogMutants,
	...contractMutants,
	...elfMutants,
	...entriesMutants,
	...gatherMutants,
	...judgeMutants,
	...nativeMutants,
	...probesMutants,
	...processMutants,
	...renderMutants,
	...targetMutants,
];
