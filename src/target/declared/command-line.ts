/** This file reads what -frecord-gcc-switches leaves behind. */

import {type Sectioned, sectionBytes} from '../../dwarf/sections.js';
import type {DeclaredFact} from '../../model/report.js';

export function commandLineFacts(elf: Sectioned): DeclaredFact[] {
	const bytes = sectionBytes(elf, '.GCC.command.line');
	if (bytes === null) return [];
	const lines = Buffer.from(bytes).toString('utf8').split('\0');
	return [...new Set(lines.filter(line => line !== ''))].map(value => ({
		name: 'command line',
		value,
		source: '.GCC.command.line',
	}));
}
