/** This file holds the sentences for all that can be wrong with a target: what it is, and what to do. */

import {TargetError} from '../errors.js';

/** What was given is no file that could be a Python. */
export type Complaint =
	| {readonly kind: 'no-such-file'; readonly path: string}
	| {readonly kind: 'not-on-path'; readonly name: string; readonly here: boolean}
	| {readonly kind: 'directory'; readonly path: string; readonly inside: string | null}
	| {readonly kind: 'not-a-file'; readonly path: string}
	/** `reason` finishes "PATH cannot be read:". */
	| {readonly kind: 'unreadable'; readonly path: string; readonly reason: string}
	| {readonly kind: 'empty'; readonly path: string}
	| {readonly kind: 'archive'; readonly path: string}
	| {readonly kind: 'neither-elf-nor-script'; readonly path: string}
	| {readonly kind: 'broken-elf'; readonly path: string; readonly reason: string}
	| {readonly kind: 'no-python'; readonly path: string}
	| {readonly kind: 'foreign'; readonly path: string; readonly is: string; readonly host: string}
	| {readonly kind: 'not-executable'; readonly path: string}
	| {readonly kind: 'python-program'; readonly path: string; readonly interpreter: string}
	| {readonly kind: 'mute-wrapper'; readonly path: string; readonly ending: string; readonly said: string}
	| {readonly kind: 'stable-abi-stub'; readonly path: string}
	| {readonly kind: 'no-dynamic-loader'; readonly path: string}
	| {readonly kind: 'unknown-version'; readonly path: string}
	| {
			readonly kind: 'no-standard-library';
			readonly path: string;
			readonly version: string;
			readonly tried: readonly string[];
	  }
	| {
			readonly kind: 'does-not-start';
			readonly path: string;
			readonly ending: string;
			readonly said: string;
			readonly library: string | null;
	  }
	| {readonly kind: 'silent'; readonly path: string}
	| {readonly kind: 'not-cpython'; readonly path: string; readonly implementation: string}
	| {readonly kind: 'hidden-interpreter'; readonly path: string}
	| {readonly kind: 'secure'; readonly path: string};

/** The sentence and the hint, as an error that ends this target's test and no other's. */
export function complain(complaint: Complaint, cause?: unknown): TargetError {
	const {message, hint} = inWords(complaint);
	return new TargetError(message, {hint, cause});
}

export function inWords(complaint: Complaint): {readonly message: string; readonly hint: string} {
	switch (complaint.kind) {
		case 'no-such-file':
			return {message: `There is no file ${complaint.path}.`, hint: giveAPython};
		case 'not-on-path':
			return {
				message: `There is no program '${complaint.name}' on PATH.`,
				hint: complaint.here ? `Give ./${complaint.name} for the file in this folder.` : giveAPython,
			};
		case 'directory':
			return {
				message: `${complaint.path} is a directory.`,
				hint: complaint.inside === null ? giveAPython : `Give the Python in it: ${complaint.inside}`,
			};
		case 'not-a-file':
			return {message: `${complaint.path} is no regular file.`, hint: giveAPython};
		case 'unreadable':
			return {
				message: `${complaint.path} cannot be read: ${complaint.reason}.`,
				hint: 'Make it readable for this user, or run as one who may read it.',
			};
		case 'empty':
			return {message: `${complaint.path} is an empty file.`, hint: giveAPython};
		case 'archive':
			return {
				message: `${complaint.path} is a static library: nothing that runs.`,
				hint: 'Give the executable that was linked from it.',
			};
		case 'neither-elf-nor-script':
			return {
				message: `${complaint.path} is neither an ELF file nor a script that starts with '#!'.`,
				hint: giveAPython,
			};
		case 'broken-elf':
			return {
				message: `${complaint.path} is a damaged ELF file: ${complaint.reason}`,
				hint: 'Install it anew, or give another Python.',
			};
		case 'no-python':
			return {
				message: `${complaint.path} is no Python: it neither holds the interpreter nor needs a libpython.`,
				hint: giveAPython,
			};
		case 'foreign':
			return {
				message: `${complaint.path} is a program for ${complaint.is}; this machine runs ${complaint.host}, and so do the overrides.`,
				hint: `Give a Python for ${complaint.host}, or run this test on a machine of its own kind.`,
			};
		case 'not-executable':
			return {
				message: `${complaint.path} may not be executed.`,
				hint: `Make it executable: chmod +x ${complaint.path}`,
			};
		case 'python-program':
			return {
				message: `${complaint.path} is a program written in Python, not a Python.`,
				hint: `Give its interpreter: ${complaint.interpreter}`,
			};
		case 'mute-wrapper':
			return {
				message: `${complaint.path} was asked which Python it starts and ${complaint.ending}${quoted(complaint.said)}.`,
				hint: 'Give the path of the Python itself.',
			};
		case 'stable-abi-stub':
			return {
				message: `${complaint.path} is the stable ABI's forwarding library, without an interpreter in it.`,
				hint: 'Give the libpython of one version, such as libpython3.13.so.1.0.',
			};
		case 'no-dynamic-loader':
			return {
				message: `${complaint.path} is linked without a dynamic loader, so that LD_PRELOAD has no meaning for it.`,
				hint: 'No override can reach a call in it: give a dynamically linked Python.',
			};
		case 'unknown-version':
			return {
				message: `The Python version of ${complaint.path} cannot be told from its soname, its file name or Py_Version.`,
				hint: 'Give it under its own name, such as libpython3.13.so.1.0.',
			};
		case 'no-standard-library':
			return {
				message: `No standard library for ${complaint.path} was found: looked for os.py and encodings of ${complaint.version} in ${complaint.tried.join(', ')}.`,
				hint: `Install the standard library of Python ${complaint.version} (Debian: libpython${complaint.version}-stdlib), or give the library in its own prefix.`,
			};
		case 'does-not-start':
			return {
				message: `${complaint.path} ${complaint.ending} at start, before it said what it is${quoted(complaint.said)}.`,
				hint:
					complaint.library === null
						? `See what it does by itself: ${complaint.path} -S -c pass`
						: `If it embeds Python rather than being one, give the library that it embeds: ${complaint.library}`,
			};
		case 'silent':
			return {
				message: `${complaint.path} exited normally at start without having run the program it was given.`,
				hint: giveAPython,
			};
		case 'not-cpython':
			return {
				message: `${complaint.path} is ${complaint.implementation}, which has other functions than CPython.`,
				hint: 'Give a CPython.',
			};
		case 'hidden-interpreter':
			return {
				message: `No object in the process of ${complaint.path} exports the interpreter's functions.`,
				hint: 'No override of them can be told from nothing: give a Python linked with -rdynamic or with a libpython.',
			};
		case 'secure':
			return {
				message: `${complaint.path} runs with raised privileges (setuid, setgid or file capabilities), so that the loader ignores LD_PRELOAD.`,
				hint: `Test a plain copy of it: cp ${complaint.path} /tmp/`,
			};
	}
}

const giveAPython = 'Give the path of a Python or of a libpython*.so, or the name of a Python on PATH.';

/** The line of a program's diagnostics that says most: a traceback and a loader both end with it. */
export function lastLine(stderr: string): string {
	const lines = stderr.split('\n').map(line => line.trim());
	return lines.findLast(line => line !== '')?.slice(0, 200) ?? '';
}

function quoted(said: string): string {
	return said === '' ? '' : ` (it said: ${said.replace(/\.$/, '')})`;
}
