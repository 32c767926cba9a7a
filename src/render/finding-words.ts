/** This file says what each sort of finding means, for whoever asks `explain` of the short name that a report prints. */

/** By the finding's kind; each is a whole sentence or two, and stands in docs/findings.md as well. */
export const findingWords: Readonly<Record<string, string>> = {
	'binding-contradicts':
		"The build's flags ask for another binding mode than its ELF file shows, or for none. The ELF file is believed.",
	'borrowed-standard-library':
		'The libpython was found without a standard library of its own, and is started with another one of its version.',
	'broken-elf': 'The file begins as an ELF file and cannot be read as one.',
	'declared-unreadable':
		'A source of what the build says of itself is there and could not be read; nothing rests on it.',
	'entries-not-counted':
		'Calls that enter the interpreter past an override could not be counted at all; only calls that ran one were.',
	'entry-not-counted':
		'Calls past the override of this one function could not be counted, because its code cannot be patched safely.',
	'environment-left-out':
		'A variable of the environment would have changed what is counted, so the Python was started without it.',
	'hidden-interpreter': 'The file holds an interpreter and exports none of its functions: nothing can override them.',
	'jit-callers':
		"The build has a just-in-time compiler. Where it is on, calls by the code that it makes are the interpreter's and are counted under the caller `library`.",
	'library-of-this-machine':
		'A Python from a package ran with shared libraries of this machine, for no package that was given has them; they may be of another release.',
	'linkage-contradicts':
		'`Py_ENABLE_SHARED` says one thing, the ELF files another. Which object holds the interpreter is read from the ELF files.',
	'loader-silent':
		'The dynamic loader did not tell which definitions it bound (`LD_DEBUG`), so one of the witnesses is missing.',
	'needed-beside-static-interpreter':
		'The executable holds the interpreter, and is linked to a libpython all the same.',
	'no-route': 'A probe has no way to make its call on this version, or with this C library.',
	'no-static-witness':
		"The references in the interpreter's file could not be read, so one of the witnesses is missing.",
	'inlined-not-counted':
		'Inlined copies were to be counted (`--inlined`) and could not be: why, and where each of them is.',
	'no-sweep':
		'There was no sweep, and why: not asked for, an unknown CPU, a shim that did not load. Only what a probe calls was counted.',
	'not-started': 'The program could not be started.',
	'other-name': 'The Python was found by another name than the one that was given.',
	'other-processes': 'More processes ran the same program; the first alone is counted.',
	'preload-dropped':
		'A wrapper takes `LD_PRELOAD` away, or the program starts itself anew without it: no override runs then.',
	'preload-ignored':
		'The dynamic loader could not load something that LD_PRELOAD names, and went on without it; the line is its own.',
	'preload-refused': 'The Python does not start where anything is preloaded.',
	'processes-counted': 'The program started other processes, which `run --children` counted, too.',
	'processes-not-counted':
		'The program started other processes of which nothing is counted; `run --children` counts those that it can, and says why the others are not.',
	'program-ended': 'The program did not end well; what ran until then is counted.',
	'program-replaced': 'The program became another one by `exec`; `run` counts until then.',
	'same-file': 'Two names lead to one file, which is tested once.',
	'second-libpython': 'Another object in the process holds an interpreter, too; only the one that is named was tested.',
	'sweep-cut-short': 'The workload did not come to its end; what ran until then is counted.',
	'sweep-disagrees':
		'The interpreter called past an override, and its ELF file shows no reference that could. One of the two witnesses is wrong.',
	'sweep-entries-left-alone':
		'The code of these functions cannot be patched safely (too short, or branched into), so calls past their overrides were not counted.',
	'sweep-entries-not-counted':
		'Calls past the overrides could not be counted while every function was overridden, and why.',
	'sweep-left-out':
		'These functions were not overridden: the linker defines them in every object, or counting itself calls them.',
	'sweep-no-call':
		'With `--sites`: a call returned to a place of the interpreter before which there is no call instruction.',
	'sweep-shared-entry': 'Two names are one function; calls past either override are counted under the first.',
	'sweep-sites-missed':
		'With `--sites`: there were more call sites than the table has room for; the totals hold, the list is not whole.',
	'sweep-names-changed':
		'The program rewrote slots of the GOT while it ran; calls through them were counted as honored all the same. `--literal` counts what ran.',
	'sweep-forwarded':
		"What the user preloads overrides these functions as well; calls past our overrides of them are not counted, for they may be what the user's own forwards.",
	'sweep-told-cut-short':
		'The process had more to tell of who defines a function and who calls past its override than there was room for: calls may stand under another caller, and causes may be unknown.',
	'sweep-uncertain-caller':
		'It cannot be told whether the interpreter made these calls or another object did by a tail call; they are counted under the interpreter.',
	'sweep-unknown-site': 'With `--sites`: a call was counted at a place where the ELF file shows none.',
	'unclean-exit': 'The Python told what it is, and then did not end as it should.',
	'unknown-caller': 'It is not known who made some of the calls that were counted; they are no part of a verdict.',
	'virtual-environment':
		"What was named belongs to a virtual environment; its Python is tested, without the environment's packages.",
	'witnesses-disagree':
		'A probe counted calls for which the ELF file shows no reference. One of the two witnesses is wrong; the verdict rests on what was counted.',
	wrapper:
		'What was named is a wrapper; the Python that it starts is tested, in the environment that the wrapper makes.',
};
