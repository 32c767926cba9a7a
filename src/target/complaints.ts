/** This file holds the sentences for all that can be wrong with a target: what it is, and what to do. */

import {TargetError} from '../errors.js';
import {finalLine} from '../process/ending.js';

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
	| {readonly kind: 'package'; readonly path: string}
	| {readonly kind: 'wheel'; readonly path: string}
	| {readonly kind: 'no-python-inside'; readonly path: string; readonly files: number}
	/** `version` as the package writes it: `(= 3.11.2-6)`; empty where any will do. */
	| {readonly kind: 'missing-package'; readonly path: string; readonly needs: string; readonly version: string}
	| {readonly kind: 'missing-libraries'; readonly path: string; readonly libraries: readonly string[]}
	| {readonly kind: 'interpreter-elsewhere'; readonly path: string; readonly interpreter: string}
	| {readonly kind: 'missing-version'; readonly path: string; readonly library: string; readonly version: string}
	| {readonly kind: 'neither-elf-nor-script'; readonly path: string}
	| {readonly kind: 'broken-elf'; readonly path: string; readonly reason: string}
	| {readonly kind: 'no-python'; readonly path: string}
	| {readonly kind: 'no-libpython'; readonly path: string}
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

export function inWords(complaint: Complaint): Advised {
	// The table gives each kind its own function, which TypeScript cannot see through a union.
	const words = sentences[complaint.kind] as (complaint: Complaint) => Advised;
	return words(complaint);
}

interface Advised {
	readonly message: string;
	readonly hint: string;
}

const giveAPython = 'Give the path of a Python or of a libpython*.so, or the name of a Python on PATH.';

const sentences: {readonly [K in Complaint['kind']]: (complaint: Extract<Complaint, {kind: K}>) => Advised} = {
	'no-such-file': ({path}) => ({message: `There is no file ${path}.`, hint: giveAPython}),
	'not-on-path': ({name, here}) => ({
		message: `There is no program '${name}' on PATH.`,
		hint: here ? `Give ./${name} for the file in this folder.` : giveAPython,
	}),
	directory: ({path, inside}) => ({
		message: `${path} is a directory.`,
		hint: inside === null ? giveAPython : `Give the Python in it: ${inside}`,
	}),
	'not-a-file': ({path}) => ({message: `${path} is no regular file.`, hint: giveAPython}),
	unreadable: ({path, reason}) => ({
		message: `${path} cannot be read: ${reason}.`,
		hint: 'Make it readable for this user, or run as one who may read it.',
	}),
	empty: ({path}) => ({message: `${path} is an empty file.`, hint: giveAPython}),
	archive: ({path}) => ({
		message: `${path} is a static library: nothing that runs.`,
		hint: 'Give the executable that was linked from it.',
	}),
	package: ({path}) => ({
		message: `${path} is a package.`,
		hint: `Give it to 'pyinterpose check' or 'pyinterpose inspect', or give a file that it installs.`,
	}),
	wheel: ({path}) => ({
		message: `${path} is a zip archive, which no Python is published in.`,
		hint: `See what it has by 'pyinterpose inspect ${path}', or give a .deb, an .rpm, a .conda or a .tar.*.`,
	}),
	'no-python-inside': ({path, files}) => ({
		message: `There is no Python in ${path}: none of ${files} files is an interpreter or a libpython.`,
		hint: 'Give the package that has it as well, such as libpython3.13.',
	}),
	'missing-package': ({path, needs, version}) => ({
		message: `${path} depends on ${[needs, version].filter(word => word !== '').join(' ')}, which is not given.`,
		hint: `Give that package as well: apt-get download ${needs}`,
	}),
	'missing-libraries': ({path, libraries}) => ({
		message: `${path} needs ${libraries.join(', ')}, which neither the packages nor this machine has.`,
		hint: 'Give the packages that have what is missing as well.',
	}),
	'interpreter-elsewhere': ({path, interpreter}) => ({
		message: `${path} loads the interpreter from ${interpreter}, which is not in the packages.`,
		hint: 'Give the package of its libpython as well, or test the Python where it is installed.',
	}),
	'missing-version': ({path, library, version}) => ({
		message: `${path} needs ${version} of ${library}, which is older here.`,
		hint: 'Give the package of its own libc as well (Debian: libc6), or run this where it is new enough.',
	}),
	'neither-elf-nor-script': ({path}) => ({
		message: `${path} is neither an ELF file nor a script that starts with '#!'.`,
		hint: giveAPython,
	}),
	'broken-elf': ({path, reason}) => ({
		message: `${path} is a damaged ELF file: ${reason}`,
		hint: 'Install it anew, or give another Python.',
	}),
	'no-libpython': ({path}) => ({
		message: `${path} is a program that neither holds the interpreter nor is linked to a libpython.`,
		hint: 'Give the libpython that it opens: --libpython FILE',
	}),
	'no-python': ({path}) => ({
		message: `${path} is no Python: it neither holds the interpreter nor needs a libpython.`,
		hint: giveAPython,
	}),
	foreign: ({path, is, host}) => ({
		message: `${path} is a program for ${is}; this machine runs ${host}, and so do the overrides.`,
		hint: `Give a Python for ${host}, or run this test on a machine of its own kind.`,
	}),
	'not-executable': ({path}) => ({
		message: `${path} may not be executed.`,
		hint: `Make it executable: chmod +x ${path}`,
	}),
	'python-program': ({path, interpreter}) => ({
		message: `${path} is a program written in Python, not a Python.`,
		hint: `Give its interpreter: ${interpreter}`,
	}),
	'mute-wrapper': ({path, ending, said}) => ({
		message: `${path} was asked which Python it starts and ${ending}${quoted(said)}.`,
		hint: 'Give the path of the Python itself.',
	}),
	'stable-abi-stub': ({path}) => ({
		message: `${path} is the stable ABI's forwarding library, without an interpreter in it.`,
		hint: 'Give the libpython of one version, such as libpython3.13.so.1.0.',
	}),
	'no-dynamic-loader': ({path}) => ({
		message: `${path} is linked without a dynamic loader, so that LD_PRELOAD has no meaning for it.`,
		hint: 'No override can reach a call in it: give a dynamically linked Python.',
	}),
	'unknown-version': ({path}) => ({
		message: `The Python version of ${path} cannot be told from its soname, its file name or Py_Version.`,
		hint: 'Give it under its own name, such as libpython3.13.so.1.0.',
	}),
	'no-standard-library': ({path, version, tried}) => ({
		message: `No standard library for ${path} was found: looked for os.py and encodings of ${version} in ${tried.join(', ')}.`,
		hint: `Install the standard library of Python ${version} (Debian: libpython${version}-stdlib), or give the library in its own prefix.`,
	}),
	'does-not-start': ({path, ending, said, library}) => ({
		message: `${path} ${ending} at start, before it said what it is${quoted(said)}.`,
		hint: olderLibrary.test(said)
			? 'A library here is older than the one that it was built with: give the packages of what it needs as well (Debian: libexpat1, zlib1g).'
			: library === null
				? `See what it does by itself: ${path} -S -c pass`
				: `If it embeds Python rather than being one, give the library that it embeds: ${library}`,
	}),
	silent: ({path}) => ({
		message: `${path} exited normally at start without having run the program it was given.`,
		hint: giveAPython,
	}),
	'not-cpython': ({path, implementation}) => ({
		message: `${path} is ${implementation}, which has other functions than CPython.`,
		hint: 'Give a CPython.',
	}),
	'hidden-interpreter': ({path}) => ({
		message: `No object in the process of ${path} exports the interpreter's functions.`,
		hint: 'No override of them can be told from nothing: give a Python linked with -rdynamic or with a libpython.',
	}),
	secure: ({path}) => ({
		message: `${path} runs with raised privileges (setuid, setgid or file capabilities), so that the loader ignores LD_PRELOAD.`,
		hint: `Test a plain copy of it: cp ${path} /tmp/`,
	}),
};

/** What glibc's loader says at last, behind the paths of who looks. */
const olderLibrary = /undefined symbol: \w+$/;

/** The last line of what a program said, as much of its beginning and its end as fits into a complaint. */
export function lastLine(stderr: string): string {
	const line = finalLine(stderr).trim();
	return line.length <= 200 ? line : `${line.slice(0, 99)}…${line.slice(-100)}`;
}

function quoted(said: string): string {
	return said === '' ? '' : ` (it said: ${said.replace(/\.$/, '')})`;
}
