/** This file says what this tool is, by its own package.json. */

import {readFileSync} from 'node:fs';
import type {Report} from './model/report.js';

export function toolFacts(): Report['tool'] {
	const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
	return {name: 'pyinterpose', version: JSON.parse(text).version};
}
