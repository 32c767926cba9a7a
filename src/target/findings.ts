/** This file says where what a build declares and what its ELF files show disagree. */

import type {BindingMode} from '../model/binding.js';
import type {Declared, Finding} from '../model/report.js';
import type {Libc} from '../model/target.js';
import type {PythonProcess} from './interpreter.js';
import {neededLibpythons} from './objects.js';

export interface LinkageEvidence extends PythonProcess {
	readonly declared: Declared;
}

export function linkageFindings({executable, interpreter, linkage, others, declared}: LinkageEvidence): Finding[] {
	const findings: Finding[] = [];
	const shared = value(declared, 'Py_ENABLE_SHARED');
	if (linkage === 'static' && shared === '1') {
		findings.push({
			kind: 'linkage-contradicts',
			message: `The build declares Py_ENABLE_SHARED=1, but ${executable.path} itself holds the interpreter.`,
		});
	}
	if (linkage === 'shared' && shared === '0') {
		findings.push({
			kind: 'linkage-contradicts',
			message: `The build declares Py_ENABLE_SHARED=0, but ${interpreter.path} holds the interpreter.`,
		});
	}
	const needed = linkage === 'static' ? neededLibpythons(executable) : [];
	if (needed.length > 0) {
		findings.push({
			kind: 'needed-beside-static-interpreter',
			message: `${executable.path} holds the interpreter and is linked to ${needed.join(', ')} all the same.`,
		});
	}
	for (const other of others) {
		findings.push({
			kind: 'second-libpython',
			message: `${other.path} is in the process as well, a second interpreter beside the one in ${interpreter.path}.`,
		});
	}
	return findings;
}

/** Code that CPython's own compiler makes at run time stands in no object: who calls from there looks like a library. */
export function jitFindings(declared: Declared): Finding[] {
	const [asked, which] = /--enable-experimental-jit(?:=([\w-]+))?/.exec(value(declared, 'CONFIG_ARGS') ?? '') ?? [];
	// `interpreter` runs the same micro-operations without making code of them.
	if (asked === undefined || which === 'no' || which === 'interpreter') return [];
	return [
		{
			kind: 'jit-callers',
			message: `The build has a just-in-time compiler (${asked}): where it is on, calls by the code that it makes are the interpreter's and are counted as libraries'.`,
		},
	];
}

/** The routes that no target on this libc has. */
export function routeFindings(libc: Libc): Finding[] {
	if (libc !== 'musl') return [];
	return [
		{
			kind: 'no-route',
			message: "No call is made on the route deepbind: musl's dlopen takes no notice of RTLD_DEEPBIND.",
		},
	];
}

/** What the build's flags ask for, against what the static witness saw of the interpreter. */
export function bindingFindings({facts}: Declared, mode: BindingMode): Finding[] {
	const told = facts.filter(({name}) => !forExtensions.has(name));
	return rules.flatMap(({flag, leadsTo, hiddenBy}) => {
		const fact = told.find(({value}) => flag.test(value));
		const shown = leadsTo.includes(mode);
		if (fact !== undefined && !shown && !hiddenBy.includes(mode)) {
			const asked = flag.exec(fact.value)?.[0] ?? '';
			return [
				contradiction(
					`The build declares ${asked} (${fact.name}, ${fact.source}), but its ELF file shows ${mode} binding.`,
				),
			];
		}
		if (fact === undefined && shown) {
			return [contradiction(`The ELF file shows ${mode} binding, which no flag that the build declares asks for.`)];
		}
		return [];
	});
}

/** The variables with which extension modules are built: they say nothing of how the interpreter was. */
const forExtensions = new Set(['LDSHARED', 'CCSHARED', 'LDCXXSHARED']);

interface Rule {
	readonly flag: RegExp;
	readonly leadsTo: readonly BindingMode[];
	/** Binding modes under which an object looks the same with the flag and without: the flag then contradicts nothing. */
	readonly hiddenBy: readonly BindingMode[];
}

const tighter = ['symbolic', 'protected', 'executable', 'mixed'] as const;

const rules: readonly Rule[] = [
	{
		flag: /-fno-semantic-interposition|-Ofast/,
		leadsTo: ['no-semantic-interposition', 'no-semantic-interposition-lto'],
		hiddenBy: ['symbolic-functions', ...tighter],
	},
	{flag: /-Bsymbolic-functions/, leadsTo: ['symbolic-functions'], hiddenBy: tighter},
	{flag: /-Bsymbolic(?![-\w])/, leadsTo: ['symbolic'], hiddenBy: ['protected', 'executable', 'mixed']},
];

function contradiction(message: string): Finding {
	return {kind: 'binding-contradicts', message};
}

function value({facts}: Declared, name: string): string | null {
	return facts.find(fact => fact.name === name)?.value ?? null;
}
