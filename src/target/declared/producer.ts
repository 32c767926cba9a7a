/** This file reads DW_AT_producer of every compilation unit: the compiler and the switches that matter to it. */

import type {DeclaredFact} from '../../model/report.js';
import {producers} from './dwarf.js';
import {type Sectioned, sectionBytes} from './sections.js';

/** Each producer once: a build has hundreds of units and a few producers. Errors: ElfError. */
export function producerFacts(elf: Sectioned): DeclaredFact[] {
	const information = sectionBytes(elf, '.debug_info');
	const abbreviations = sectionBytes(elf, '.debug_abbrev');
	if (information === null || abbreviations === null) return [];
	const found = producers(elf.bytes.format, {
		information,
		abbreviations,
		strings: sectionBytes(elf, '.debug_str'),
		lineStrings: sectionBytes(elf, '.debug_line_str'),
		stringOffsets: sectionBytes(elf, '.debug_str_offsets'),
	});
	return [...found].map(value => ({name: 'DW_AT_producer', value, source: 'debug-info'}));
}
