/** This file says where what a build declares and what its ELF files show disagree. */

import type {BindingMode} from '../model/binding.js';
import type {Declared, Finding} from '../model/report.js';
import type {PythonProcess} from './core.js';
import {neededLibpythons} from './objects.js';

export interface LinkageEvidence extends PythonProcess {
	readonly declared: Declared;
}

export function linkageFindings({executable, core, linkage, others, declared}: LinkageEvidence): Finding[] {
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
			message: `The build declares Py_ENABLE_SHARED=0, but ${core.path} holds the interpreter.`,
		});
	}
	const needed = linkage === 'static' ? neededLibpythons(executable) : [];
	if (needed.length > 0) {
		findings.push({
			kind: 'needed-beside-static-core',
			message: `${executable.path} holds the interpreter and is linked to ${needed.join(', ')} all the same.`,
		});
	}
	for (const other of others) {
		findings.push({
			kind: 'second-libpython',
			message: `${other.path} is in the process as well, a second interpreter beside the one in ${core.path}.`,
		});
	}
	return findings;
}

/** What the build's flags say of binding, against what the static witness saw of the core. */
export function bindingFindings({facts}: Declared, mode: BindingMode): Finding[] {
	return rules.flatMap(({flag, modes}) => {
		const fact = facts.find(({value}) => flag.test(value));
		const shown = modes.includes(mode);
		if (fact !== undefined && !shown && mode !== 'executable' && mode !== 'mixed') {
			const text = flag.exec(fact.value)?.[0] ?? '';
			return [
				contradiction(
					`The build declares ${text} (${fact.name}, ${fact.source}), but its ELF file shows ${mode} binding.`,
				),
			];
		}
		if (fact === undefined && shown && facts.length > 0) {
			return [contradiction(`The ELF file shows ${mode} binding, which no flag that the build declares asks for.`)];
		}
		return [];
	});
}

interface Rule {
	readonly flag: RegExp;
	/** What the flag leads to. */
	readonly modes: readonly BindingMode[];
}

const rules: readonly Rule[] = [
	{flag: /-fno-semantic-interposition|-Ofast/, modes: ['non-semantic', 'non-semantic-lto']},
	{flag: /-Wl,-Bsymbolic(?!-)/, modes: ['symbolic']},
	{flag: /-Wl,-Bsymbolic-functions/, modes: ['symbolic-functions']},
];

function contradiction(message: string): Finding {
	return {kind: 'binding-contradicts', message};
}

function value({facts}: Declared, name: string): string | null {
	return facts.find(fact => fact.name === name)?.value ?? null;
}
