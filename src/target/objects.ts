/** This file reads ELF objects, once each, and tells from what they export which of them hold an interpreter. */

import {basename} from 'node:path';
import {exportedFunctions} from '../binding/exports.js';
import {keptByFile, keptOr} from '../cache/by-file.js';
import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import type {Libc} from '../model/target.js';
import {libcOf} from '../object/libc.js';
import {readObjectFile} from '../object/object-file.js';
import {fileErrorWords} from '../process/file-errors.js';
import type {Environment} from '../process/temporary.js';
import {complain} from './complaints.js';

export interface PythonObject extends ObjectFacts {
	readonly path: string;
	/** Read when it is asked for: what is kept of the file tells all that a known build is asked. Errors: TargetError. */
	readonly elf: Elf;
	/** The functions that it exports. */
	readonly functions: ReadonlySet<string>;
}

interface ObjectFacts {
	readonly soname: string | null;
	readonly buildId: string | null;
	readonly needed: readonly string[];
	/** Whether it names a dynamic loader, as a program does that the loader can preload something into. */
	readonly startsItself: boolean;
	readonly linkedTo: Libc;
}

/** What is kept of a file. */
interface KeptFacts extends ObjectFacts {
	readonly functions: readonly string[];
}

/** Errors: TargetError where the file cannot be read or is damaged. */
export type ObjectReader = (path: string) => PythonObject;

/**
 * A reader that remembers: the same libpython is asked for by finding, describing and judging. `env` tells where facts are kept; `isNew`
 * is called where they are not.
 */
export function objectReader(env: Environment = {}, isNew: () => void = () => {}): ObjectReader {
	const known = new Map<string, PythonObject>();
	return path => {
		const object = known.get(path) ?? readObject(path, env, isNew);
		known.set(path, object);
		return object;
	};
}

/** Functions that every CPython from 2.7 on defines, and no other object does. */
const interpreterFunctions = ['PyErr_Occurred', 'PyEval_GetBuiltins', 'Py_Initialize', 'Py_Main'] as const;

/** Whether it defines and exports the interpreter's functions: the only proof of linkage. */
export function isInterpreter({functions}: PythonObject): boolean {
	return interpreterFunctions.every(name => functions.has(name));
}

/** libpython3.so: it exports nothing and needs the libpython that does. */
export function isStub(object: PythonObject): boolean {
	return /^libpython3\.so/.test(basename(object.path)) && !isInterpreter(object);
}

/** The sonames of the libpythons that it is linked to. */
export function neededLibpythons({needed}: PythonObject): readonly string[] {
	return needed.filter(isLibpython);
}

export function isLibpython(path: string): boolean {
	return /^libpython\d.*\.so(\.|$)/.test(basename(path));
}

/** The libc among the files that a process has mapped: glibc's and musl's start every program. Null where none is. */
export function libcAmong(paths: readonly string[], read: ObjectReader): string | null {
	const named = paths.filter(path => /^(libc[.-]|ld-musl-)/.test(basename(path)));
	return named.find(path => read(path).functions.has('__libc_start_main')) ?? null;
}

function readObject(path: string, env: Environment, isNew: () => void): PythonObject {
	const facts = keptOr(keptByFile<KeptFacts>(path, 'object', env), () => {
		isNew();
		return factsOf(path);
	});
	return {
		...facts,
		path,
		functions: new Set(facts.functions),
		get elf() {
			return readWhole(path);
		},
	};
}

function factsOf(path: string): KeptFacts {
	const elf = readWhole(path);
	const {soname, buildId, needed} = elf;
	const functions = orComplaint(path, () => exportedFunctions(elf).map(({name}) => name));
	return {soname, buildId, needed, startsItself: elf.interpreter !== null, linkedTo: libcOf(elf), functions};
}

/** With its debug information, in which, too, a build declares what it is. Errors: TargetError. */
export function readWhole(path: string): Elf {
	return orComplaint(path, () => readObjectFile(path, {debugInformation: true}).elf);
}

function orComplaint<T>(path: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof ElfError) throw complain({kind: 'broken-elf', path, reason: error.message}, error);
		// What could not be opened comes with the system's own error.
		const {cause = error} = error as Error;
		throw complain({kind: 'unreadable', path, reason: fileErrorWords(cause)}, error);
	}
}
