/** This file says what each sort of finding means, for whoever asks `explain` of the short name that a report prints. */

/** By the finding's kind; each is a whole sentence or two. */
export const findingWords: Readonly<Record<string, string>> = {
	'binding-contradicts':
		'The build says it was made with flags that its ELF file does not show, or the other way round. The ELF file is believed.',
	'borrowed-standard-library':
		'The library has no standard library of its own; another installation of the same version lent its one.',
	'broken-elf': 'The file begins as an ELF file and cannot be read as one.',
	'declared-unreadable': 'What the build says of itself could not be read; nothing rests on it.',
	'entries-not-counted':
		'Calls that enter the interpreter past an override could not be counted at all; only calls that ran one were.',
	'entry-not-counted':
		'Calls past the override of this one function could not be counted, because its code cannot be patched safely.',
	'environment-left-out':
		'A variable of the environment would change what is counted, so the Python was started without it.',
	'hidden-interpreter': 'The file holds an interpreter and exports none of its functions: nothing can override them.',
	'linkage-contradicts':
		'What the build says of itself (Py_ENABLE_SHARED) is not what its ELF files show. The ELF files are believed; the value is a leftover of how Debian builds.',
	'loader-silent': 'The dynamic loader did not tell what it bound, so one of the witnesses is missing.',
	'needed-beside-static-interpreter': 'The executable holds the interpreter, and is linked to a libpython as well.',
	'no-route': 'A probe has no way to make its call on this version.',
	'no-sweep': 'The functions were not all overridden at once, so that only those that a probe calls were counted.',
	'no-static-witness': 'The ELF file could not be read, so that one of the witnesses is missing.',
	'not-started': 'The program could not be started.',
	'other-name': 'The Python was found by another name than the one that was given.',
	'other-processes': 'The program started further processes of itself; the first alone is counted.',
	'preload-dropped':
		'LD_PRELOAD does not survive the way to the Python: a wrapper, or the program itself, takes it away. No override runs then.',
	'preload-ignored': 'The dynamic loader could not load something that LD_PRELOAD names, and went on without it.',
	'preload-refused': 'The Python does not start where anything is preloaded.',
	'program-ended': 'The program ended by a signal or before its time; what ran until then is counted.',
	'same-file': 'Two names lead to one file; it is tested once.',
	'second-libpython':
		'Another libpython is in the process beside the one that is tested; each has functions of its own.',
	'sweep-cut-short': 'The workload ended before its time; what ran until then is counted.',
	'sweep-disagrees':
		'Calls passed an override by where the ELF file shows no reference that could. One of the two witnesses is wrong.',
	'sweep-entries-left-alone':
		'The code of these functions cannot be patched safely (too short, or branched into), so calls past their overrides were not counted.',
	'sweep-entries-not-counted': 'Calls past the overrides could not be counted while every function was overridden.',
	'sweep-left-out': 'These symbols were not overridden, because every object has its own.',
	'sweep-no-call': 'A call was counted that seems to come from a place where the interpreter has no call instruction.',
	'sweep-shared-entry': 'Two names are one function; calls past either override are counted under the first.',
	'sweep-sites-missed': 'There were more places that call than there was room for; the totals hold, the places do not.',
	'sweep-uncertain-caller':
		"Calls whose caller is known by their return address alone: a tail call, or a call through an address in another object's table, may be booked on the interpreter.",
	'sweep-unknown-site': 'A call was counted at a place where the ELF file shows none.',
	'unclean-exit': 'The Python told what it is, and then did not end as it should.',
	'virtual-environment': 'The Python belongs to a virtual environment; the interpreter behind it was tested.',
	'witnesses-disagree':
		'What was counted contradicts what the ELF file shows. One of the two witnesses is wrong; the verdict rests on what was counted.',
};
