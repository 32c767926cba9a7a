/** This file reads the notes of the annobin plug-in, in which Fedora's and others' compilers record how they were called. */

import {type Sectioned, sectionBytes} from '../../dwarf/sections.js';
import type {DeclaredFact} from '../../model/report.js';

/** Errors: ElfError where a note lies outside its section. */
export function annobinFacts(elf: Sectioned): DeclaredFact[] {
	const notes = elf.sections.some(({name}) => name === '.gnu.build.attributes') ? noteNames(elf) : [];
	const facts = [...notes.flatMap(attribute), ...strings(elf)];
	const unique = new Map(facts.map(fact => [`${fact.name}\0${fact.value}`, fact]));
	return [...unique.values()];
}

/** The older way: ELF notes, whose names hold everything. A name has NULs in it, so it is no string. */
function noteNames(elf: Sectioned): Uint8Array[] {
	const names: Uint8Array[] = [];
	for (const section of elf.sections) {
		// A linker that does not sort them leaves one section for each section of code.
		if (!section.name.startsWith('.gnu.build.attributes') || section.compressed) continue;
		const end = section.offset + section.size;
		for (let at = section.offset; at + 12 <= end; ) {
			const nameSize = elf.bytes.u32(at);
			const descriptionSize = elf.bytes.u32(at + 4);
			names.push(elf.bytes.slice(at + 12, nameSize, 'annobin note'));
			at += 12 + up(nameSize) + up(descriptionSize);
		}
	}
	return names;
}

/** `GA`, the sort of the value, which attribute it is of, the value. */
function attribute(name: Uint8Array): DeclaredFact[] {
	const bytes = Buffer.from(name);
	if (bytes.toString('latin1', 0, 2) !== 'GA' || bytes.length < 4) return [];
	const sort = String.fromCharCode(bytes[2] ?? 0);
	const known = knownAttributes[bytes[3] ?? 0];
	const end = known === undefined ? bytes.indexOf(0, 3) : 4;
	const called = known ?? bytes.toString('latin1', 3, end < 0 ? bytes.length : end);
	const value = bytes.subarray(known === undefined ? end + 1 : end);
	const text = decoded(sort, end < 0 ? Buffer.alloc(0) : value);
	return text === null ? [] : [fact(called, text)];
}

const knownAttributes: Readonly<Record<number, string>> = {
	1: 'version',
	2: 'stack protector',
	3: 'relro',
	4: 'stack size',
	5: 'tool',
	6: 'ABI',
	7: 'position independence',
	8: 'short enum',
};

function decoded(sort: string, value: Buffer): string | null {
	switch (sort) {
		case '$':
			return value.toString('utf8').replace(/\0.*$/s, '');
		case '*':
			return `0x${Buffer.from(value).reverse().toString('hex').replace(/^0+/, '') || '0'}`;
		case '+':
			return 'true';
		case '!':
			return 'false';
		default:
			return null;
	}
}

/** The newer way: two letters, a colon and a value, each a string. */
function strings(elf: Sectioned): DeclaredFact[] {
	const bytes = sectionBytes(elf, '.annobin.notes');
	if (bytes === null) return [];
	const entries = Buffer.from(bytes).toString('utf8').split('\0');
	return entries.flatMap(entry => {
		const match = /^(\w\w):(.+)$/s.exec(entry);
		return match === null ? [] : [fact(match[1] ?? '', (match[2] ?? '').trim())];
	});
}

function fact(name: string, value: string): DeclaredFact {
	return {name, value, source: 'annobin'};
}

function up(size: number): number {
	return Math.ceil(size / 4) * 4;
}
