/** This file finds the object that holds the interpreter, by what objects export and never by what a build declares. */

import type {Interpreter} from '../model/report.js';
import type {FoundTarget} from '../model/target.js';
import {complain} from './complaints.js';
import {isInterpreter, isLibpython, neededLibpythons, type ObjectReader, type PythonObject} from './objects.js';
import type {Spoken} from './start.js';

export interface PythonProcess {
	readonly executable: PythonObject;
	readonly interpreter: PythonObject;
	readonly linkage: Interpreter['linkage'];
	/** Further interpreters in the same process. */
	readonly others: readonly PythonObject[];
}

/** Errors: TargetError where no object exports the interpreter's functions. */
export function findInterpreter(
	found: FoundTarget,
	{executable, objects}: Pick<Spoken, 'executable' | 'objects'>,
	read: ObjectReader,
): PythonProcess {
	const program = read(executable);
	const mapped = (objects ?? []).filter(path => path !== executable);
	const libpythons = mapped.filter(isLibpython).map(read).filter(isInterpreter);
	if (isInterpreter(program)) return {executable: program, interpreter: program, linkage: 'static', others: libpythons};
	// A libpython may bear any name; only where none is found by its name are all objects read.
	const interpreters = libpythons.length > 0 ? libpythons : mapped.map(read).filter(isInterpreter);
	const interpreter = firstInScope(found, program, interpreters);
	if (interpreter === undefined) throw complain({kind: 'hidden-interpreter', path: found.path});
	return {
		executable: program,
		interpreter,
		linkage: 'shared',
		others: interpreters.filter(other => other !== interpreter),
	};
}

/** The one that was asked for, else the one that the program is linked to, else the first. */
function firstInScope(
	found: FoundTarget,
	program: PythonObject,
	interpreters: readonly PythonObject[],
): PythonObject | undefined {
	const needed = neededLibpythons(program);
	return (
		interpreters.find(({path}) => path === found.path) ??
		interpreters.find(({soname}) => soname !== null && needed.includes(soname)) ??
		interpreters[0]
	);
}
