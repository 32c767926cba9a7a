/** This file reads DW_AT_producer of every compilation unit: the compiler and the switches that matter to it. */

import {openDebugInformation} from '../../dwarf/debug-information.js';
import {producers} from '../../dwarf/producers.js';
import type {Sectioned} from '../../dwarf/sections.js';
import type {DeclaredFact} from '../../model/report.js';

/** Each producer once: a build has hundreds of units and a few producers. Errors: ElfError. */
export function producerFacts(elf: Sectioned): DeclaredFact[] {
	const information = openDebugInformation(elf);
	if (information === null) return [];
	return [...producers(information)].map(value => ({name: 'DW_AT_producer', value, source: 'debug-info'}));
}
