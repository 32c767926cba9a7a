/** This file reads the catalog that the package carries: the overrides of the native part, and the probes. */

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Catalog} from '../catalog/claims.js';
import {probesIn} from '../catalog/probes.js';
import {overrides} from '../ledger/slots.js';

const folder = fileURLToPath(new URL('../../../probes', import.meta.url));
const excluded = fileURLToPath(new URL('../../../data/excluded.json', import.meta.url));

let read: Catalog | undefined;

/** Read once. */
export function readCatalog(): Catalog {
	read ??= catalog();
	return read;
}

function catalog(): Catalog {
	const texts = probeSources().map(({text}) => text);
	return {
		overrides: overrides(),
		probes: probesIn(texts, overrides()),
		excluded: JSON.parse(readFileSync(excluded, 'utf8')),
	};
}

export interface ProbeSource {
	readonly name: string;
	readonly text: string;
}

let sources: readonly ProbeSource[] | undefined;

/** Every Python file of the probes' folder, sorted by name. Read once. */
export function probeSources(): readonly ProbeSource[] {
	sources ??= readdirSync(folder)
		.filter(name => name.endsWith('.py'))
		.sort()
		.map(name => ({name, text: readFileSync(join(folder, name), 'utf8')}));
	return sources;
}
