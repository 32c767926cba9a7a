/** This file reads the catalog that the package carries: the overrides of the native part, and the probes. */

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Catalog} from '../catalog/claims.js';
import {probesIn} from '../catalog/probes.js';
import {overrides} from '../ledger/slots.js';

const folder = fileURLToPath(new URL('../../../probes', import.meta.url));

let read: Catalog | undefined;

/** Read once. */
export function readCatalog(): Catalog {
	read ??= catalog();
	return read;
}

function catalog(): Catalog {
	const texts = readdirSync(folder)
		.filter(name => name.endsWith('.py'))
		.sort()
		.map(name => readFileSync(join(folder, name), 'utf8'));
	return {
		overrides: overrides(),
		probes: probesIn(texts, overrides()),
		excluded: JSON.parse(readFileSync(join(folder, 'excluded.json'), 'utf8')),
	};
}
