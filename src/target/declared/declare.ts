/** This file gathers what a build says of itself, from every source that it has. */

import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {keptByFile} from '../../cache/by-file.js';
import type {Sectioned} from '../../dwarf/sections.js';
import type {Elf} from '../../elf/elf.js';
import {readHeader} from '../../elf/header.js';
import {readSections} from '../../elf/sections.js';
import {ElfError, SuiteError} from '../../errors.js';
import {byCodeUnit} from '../../model/order.js';
import type {Declared, DeclaredFact, Finding} from '../../model/report.js';
import {readObjectFile} from '../../object/object-file.js';
import {doBeside, type Job} from '../../process/beside.js';
import {codeOf, fileErrorWords} from '../../process/file-errors.js';
import {contentStampAt} from '../../process/file-identity.js';
import type {Environment} from '../../process/temporary.js';
import {type PythonObject, readWhole} from '../objects.js';
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

/** `env` tells where what an ELF file declares is kept. */
export async function declare(
	{declared, declaredUnreadable, stdlib}: Pick<Spoken, 'declared' | 'declaredUnreadable' | 'stdlib'>,
	interpreter: PythonObject,
	env: Environment = {},
): Promise<Declaration> {
	const details = join(stdlib, 'build-details.json');
	const read = [
		{name: 'sysconfig', read: () => sysconfigFacts(declared)},
		{name: details, read: () => (existsSync(details) ? buildDetailsFacts(readFileSync(details, 'utf8')) : [])},
	].map(facts);
	read.push(...(await elfFacts(interpreter, env)));
	return {
		declared: {facts: read.flatMap(({facts}) => facts)},
		findings: [
			...(declaredUnreadable === null ? [] : [unreadable('sysconfig', declaredUnreadable)]),
			...read.flatMap(({findings}) => findings),
		],
	};
}

/** Begins to read what the file of an interpreter declares, while the Python is asked what it says. */
export function beginToDeclare(interpreter: PythonObject, env: Environment): void {
	const facts = elfFacts(interpreter, env);
	begun.set(interpreter, facts);
	// Whoever waits for them is told.
	facts.catch(() => {});
}

const begun = new WeakMap<PythonObject, Promise<readonly SourceFacts[]>>();

/** Debug information is long, and all of it is read for a few words: they are kept. */
async function elfFacts(interpreter: PythonObject, env: Environment): Promise<readonly SourceFacts[]> {
	const early = begun.get(interpreter);
	if (early !== undefined) return early;
	const {path, buildId} = interpreter;
	const separate = separateFile(buildId);
	const kept = keptByFile<KeptFacts>(path, 'declared', env);
	const known = kept.get();
	if (known !== undefined && known.separate === contentStampAt(separate)) return known.sources;
	const sources = await doBeside(declaredJob, {path, separate});
	// A finding names the path, under which the same file need not be found again.
	if (sources.every(({findings}) => findings.length === 0)) kept.set({separate: contentStampAt(separate), sources});
	return sources;
}

interface Asked {
	readonly path: string;
	readonly separate: string;
}

export const declaredJob: Job<Asked, readonly SourceFacts[]> = {
	name: 'declared',
	work: async ({path, separate}) =>
		[
			{
				name: `the debug information of ${path}`,
				read: () => producerFacts(debugInformation(readWhole(path), separate)),
			},
			{name: `.GCC.command.line of ${path}`, read: () => commandLineFacts(readWhole(path))},
			{name: `the annobin notes of ${path}`, read: () => annobinFacts(readWhole(path))},
		].map(facts),
};

interface KeptFacts {
	/** The separate file of debug information, as it was. */
	readonly separate: string | null;
	readonly sources: readonly SourceFacts[];
}

interface SourceFacts {
	readonly facts: readonly DeclaredFact[];
	readonly findings: readonly Finding[];
}

interface Source {
	readonly name: string;
	read(): DeclaredFact[];
}

/** What a build says is no reason to fail: a source that cannot be read is a finding. */
function facts({name, read}: Source): SourceFacts {
	try {
		return {facts: read().sort(byNameAndValue), findings: []};
	} catch (error) {
		if (!(error instanceof SuiteError || error instanceof SyntaxError || codeOf(error) !== '')) throw error;
		// An object that could not be opened comes with the system's own error.
		const reason = error instanceof SuiteError && !(error instanceof ElfError) ? (error.cause ?? error) : error;
		return {facts: [], findings: [unreadable(name, fileErrorWords(reason))]};
	}
}

function unreadable(source: string, reason: string): Finding {
	return {kind: 'declared-unreadable', message: `What ${source} declares cannot be read: ${reason}`};
}

function byNameAndValue(one: DeclaredFact, other: DeclaredFact): number {
	return byCodeUnit(one.name, other.name) || byCodeUnit(one.value, other.value);
}

/** Distributions keep the debug information in a file of its own, under the build-id. */
function separateFile(buildId: string | null): string {
	return `/usr/lib/debug/.build-id/${buildId?.slice(0, 2)}/${buildId?.slice(2)}.debug`;
}

function debugInformation(elf: Elf, separate: string): Sectioned {
	if (elf.buildId === null || elf.sections.some(({name}) => /^\.z?debug_info$/.test(name))) return elf;
	return existsSync(separate) ? readDebugFile(readObjectFile(separate, {debugInformation: true}).bytes) : elf;
}

/** Its segments and dynamic section speak of content that was taken out, so it cannot be read as a whole object. */
export function readDebugFile(content: Uint8Array): Sectioned {
	const {bytes, header} = readHeader(content);
	return {bytes, sections: readSections(bytes, header)};
}
