/** This file reads build-details.json (PEP 739), which CPython has had since 3.14. */

import type {DeclaredFact} from '../../model/report.js';

/** The parts that speak of linkage and ABI. Errors: SyntaxError. */
const told = ['abi.flags', 'implementation.name', 'language.version', 'libpython', 'platform'] as const;

export function buildDetailsFacts(text: string): DeclaredFact[] {
	return leaves('', JSON.parse(text))
		.filter(({name}) => told.some(part => name === part || name.startsWith(`${part}.`)))
		.map(({name, value}) => ({name, value, source: 'build-details.json'}));
}

function leaves(name: string, value: unknown): {readonly name: string; readonly value: string}[] {
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) return value.length === 0 ? [] : [{name, value: value.join(' ')}];
	if (typeof value !== 'object') return [{name, value: String(value)}];
	return Object.entries(value).flatMap(([key, inner]) => leaves(name === '' ? key : `${name}.${key}`, inner));
}
