/** This file is the table of known preload libraries and hooking tools. */

import type {KnownTool} from '../../model/known-tool.js';
import {allocators} from './allocators.js';
import {memoryProfilers} from './memory-profilers.js';
import {profilers} from './profilers.js';
import {timeAndFiles} from './time-and-files.js';
import {usersAndNetwork} from './users-and-network.js';

export const knownTools: readonly KnownTool[] = [
	...memoryProfilers,
	...profilers,
	...allocators,
	...timeAndFiles,
	...usersAndNetwork,
];
