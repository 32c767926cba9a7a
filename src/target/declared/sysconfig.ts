/** This file turns the variables of the build's Makefile, as sysconfig keeps them, into facts. */

import type {DeclaredFact} from '../../model/report.js';

export function sysconfigFacts(variables: Readonly<Record<string, string>>): DeclaredFact[] {
	return Object.entries(variables)
		.filter(([, value]) => value.trim() !== '')
		.map(([name, value]) => ({name, value: value.trim().replace(/\s+/g, ' '), source: 'sysconfig'}));
}
