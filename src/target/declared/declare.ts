/** This file gathers what a build says of itself, from every source that it has. */

import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Sectioned} from '../../dwarf/sections.js';
import type {Elf} from '../../elf/elf.js';
import {readHeader} from '../../elf/header.js';
import {readSections} from '../../elf/sections.js';
import {ElfError} from '../../errors.js';
import {byCodeUnit} from '../../model/order.js';
import type {Declared, DeclaredFact, Finding} from '../../model/report.js';
import {codeOf, fileErrorWords} from '../../process/file-errors.js';
import type {PythonObject} from '../objects.js';
import type {Spoken} from '../start.js';
import {annobinFacts} from './annobin.js';
import {buildDetailsFacts} from './build-details.js';
import {commandLineFacts} from './command-line.js';
import {producerFacts} from './producer.js';
import {sysconfigFacts} from './sysconfig.js';

export interface Declaration {
	readonly declared: Declared;
	/** The sources that are there and could not be read. */
	readonly findings: readonly Finding[];
}

export function declare(
	{declared, declaredUnreadable, stdlib}: Pick<Spoken, 'declared' | 'declaredUnreadable' | 'stdlib'>,
	interpreter: PythonObject,
): Declaration {
	const details = join(stdlib, 'build-details.json');
	const sources: readonly Source[] = [
		{name: 'sysconfig', read: () => sysconfigFacts(declared)},
		{name: details, read: () => (existsSync(details) ? buildDetailsFacts(readFileSync(details, 'utf8')) : [])},
		{
			name: `the debug information of ${interpreter.path}`,
			read: () => producerFacts(debugInformation(interpreter.elf)),
		},
		{name: `.GCC.command.line of ${interpreter.path}`, read: () => commandLineFacts(interpreter.elf)},
		{name: `the annobin notes of ${interpreter.path}`, read: () => annobinFacts(interpreter.elf)},
	];
	const read = sources.map(facts);
	return {
		declared: {facts: read.flatMap(({facts}) => facts)},
		findings: [
			...(declaredUnreadable === null ? [] : [unreadable('sysconfig', declaredUnreadable)]),
			...read.flatMap(({findings}) => findings),
		],
	};
}

interface Source {
	readonly name: string;
	read(): DeclaredFact[];
}

/** What a build says is no reason to fail: a source that cannot be read is a finding. */
function facts({name, read}: Source): {readonly facts: DeclaredFact[]; readonly findings: Finding[]} {
	try {
		return {facts: read().sort(byNameAndValue), findings: []};
	} catch (error) {
		if (!(error instanceof ElfError || error instanceof SyntaxError || codeOf(error) !== '')) throw error;
		return {facts: [], findings: [unreadable(name, fileErrorWords(error))]};
	}
}

function unreadable(source: string, reason: string): Finding {
	return {kind: 'declared-unreadable', message: `What ${source} declares cannot be read: ${reason}`};
}

function byNameAndValue(one: DeclaredFact, other: DeclaredFact): number {
	return byCodeUnit(one.name, other.name) || byCodeUnit(one.value, other.value);
}

/** Distributions keep the debug information in a file of its own, under the build-id. */
function debugInformation(elf: Elf): Sectioned {
	if (elf.buildId === null || elf.sections.some(({name}) => /^\.z?debug_info$/.test(name))) return elf;
	const separate = `/usr/lib/debug/.build-id/${elf.buildId.slice(0, 2)}/${elf.buildId.slice(2)}.debug`;
	return existsSync(separate) ? readDebugFile(readFileSync(separate)) : elf;
}

/** Its segments and dynamic section speak of content that was taken out, so it cannot be read as a whole object. */
export function readDebugFile(content: Uint8Array): Sectioned {
	const {bytes, header} = readHeader(content);
	return {bytes, sections: readSections(bytes, header)};
}
