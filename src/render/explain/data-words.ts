/** This file holds the sentences of an explanation of a variable. */

import type {DataCause} from '../../model/data.js';
import type {DataExplanation, DataPlace} from '../../model/data-explanation.js';
import {counted, listed} from '../numbers.js';

/** The answer, as one sentence with its full stop. */
export function dataAnswer({symbol, object, role, references}: DataExplanation): string {
	const {code, words, unclear, verdict, cause} = references;
	const name = nameOf(object);
	const reached = countOf(code.preemptible, words.preemptible);
	const passed = countOf(code.bound, words.bound);
	const because = cause === null ? '' : `: ${dataCauseWords[cause]}`;
	if (!object.decoded && verdict !== 'copied') {
		const parts = [
			...(reached === '' ? [] : [`${reached} that ${role === 'imported' ? 'can reach' : 'reach'} an override`]),
			...(passed === '' ? [] : [`${passed} that do not`]),
		];
		const told =
			parts.length === 0 ? `no relocation refers to ${symbol}` : `its relocations fill ${parts.join(', ')}${because}`;
		return `The code of ${name} is for ${object.machine} and is not decoded for data, so uses by instructions are not seen; ${told}.`;
	}
	switch (verdict) {
		case 'preemptible':
			return role === 'imported'
				? `Every use of ${symbol} in ${name} (${reached}) can reach an override; ${name} takes it from another object.`
				: `Every use of ${symbol} in ${name} (${reached}) reaches an override.`;
		case 'partial':
			return `Of the uses of ${symbol} in ${name}, ${reached} reach an override and ${passed} do not${because}.`;
		case 'bound':
			return `No use of ${symbol} in ${name} (${passed}) reaches an override${because}.`;
		case 'copied':
			return `${name} has a copy of ${symbol}, which is filled from an override when the program starts; from then on everybody uses the copy, and nobody the override.`;
		case 'unreferenced':
			return role === 'imported'
				? `${name} imports ${symbol} and uses it nowhere that an instruction or a relocation shows.`
				: `${name} exports ${symbol} and ${object.machine === 'x86_64' ? 'does not use it' : 'uses it nowhere that is seen'}: it is for others.`;
		case 'inconclusive': {
			if (unclear === 0)
				return `No use of ${symbol} in ${name} is seen, and on ${object.machine} not every use by an instruction is; whether there is one could not be found out. None reaches an override.`;
			const named =
				reached === ''
					? `Nothing in ${name} uses ${symbol} by name`
					: `${reached} of ${name} reach an override of ${symbol}`;
			return `${named}; whether ${counted(unclear, 'other place')} that ${unclear === 1 ? 'has' : 'have'} an address within it ${unclear === 1 ? 'means' : 'mean'} it, or a neighbour, could not be found out.`;
		}
	}
}

/** Each finishes "the uses pass an override by because …". */
const dataCauseWords = {
	'executable-defines-it': 'the executable defines the variable itself, and stands first in the lookup scope',
	symbolic: 'the linker bound every symbol of the library to itself (-Wl,-Bsymbolic)',
	protected: 'the variable has protected visibility',
	unknown: 'the evidence does not show why; a name of its own that is not exported (an alias) would do it',
} as const satisfies Record<DataCause, string>;

/** What holds for everybody else. */
export function dataOutside({symbol, object, role, references}: DataExplanation): string {
	const name = nameOf(object);
	if (references.verdict === 'copied') {
		return `The object that defines ${symbol} uses the copy as well where it looks ${symbol} up, as it does unless it was linked with -Bsymbolic or protects it; so do dlsym and all others.`;
	}
	if (object.executable && role === 'exported') {
		return `Every other object, such as an extension module, and dlsym find ${name}\u2019s ${symbol} and no override.`;
	}
	const unless = `the executable defines ${symbol} or has a copy of it (R_${copyPrefix[object.machine] ?? object.machine.toUpperCase()}_COPY)`;
	if (role === 'imported') return `Not so where ${unless}, or ${name} was opened with RTLD_DEEPBIND.`;
	return `Other objects, such as extension modules, and dlsym find an override as well, unless ${unless}.`;
}

const copyPrefix: Readonly<Record<string, string>> = {
	x86_64: 'X86_64',
	aarch64: 'AARCH64',
	i386: '386',
	arm: 'ARM',
	riscv64: 'RISCV',
	s390x: '390',
	ppc64le: 'PPC64',
};

/** What an override has to be, and what follows where there are two variables. */
export function dataNotes({symbol, role, object, references}: DataExplanation): readonly string[] {
	const {size, verdict, sharedWith = [], storage, unclear} = references;
	const notes: string[] = [];
	if (storage === 'thread') notes.push('Every thread has its own: an override has to be thread-local as well.');
	if (role === 'exported' && size > 0) {
		const own = `with a content of its own: nothing of what ${nameOf(object)} holds there gets into it`;
		notes.push(`An override needs its ${counted(size, 'byte')}${verdict === 'copied' ? '' : `, ${own}`}.`);
	}
	if (!object.executable && (verdict === 'bound' || verdict === 'partial')) {
		notes.push(
			`With an override there are two variables: what is written to one is not in the other, and comparisons with &${symbol} come out otherwise inside than elsewhere.`,
		);
	}
	if (sharedWith.length > 0) {
		notes.push(
			`${listed(sharedWith)} ${sharedWith.length === 1 ? 'is the same variable' : 'are the same variable'}: an override has to define every name by which it is used.`,
		);
	}
	if (unclear > 0 && verdict !== 'inconclusive') {
		notes.push(
			`${counted(unclear, 'other place')} with an address within it may mean a neighbour, and ${unclear === 1 ? 'is' : 'are'} not counted.`,
		);
	}
	return notes;
}

/** How one place uses the variable, and what an override gets of it. */
export function useWords({reach, path}: DataPlace, {references, role}: DataExplanation): string {
	switch (reach) {
		case 'preemptible':
			return role === 'imported' ? 'by name: an override can be used here' : 'by name: an override is used here';
		case 'bound':
			if (references.verdict === 'copied') return 'the executable\u2019s copy is used';
			return `${path === 'got' ? 'through a slot, which gets' : 'by'} the variable\u2019s own address: no override is used here`;
		case 'unclear':
			return 'an address within it: the variable, or a neighbour';
	}
}

function countOf(code: number, words: number): string {
	return [
		...(code > 0 ? [counted(code, 'instruction')] : []),
		...(words > 0 ? [`${counted(words, 'word')} of data`] : []),
	].join(' and ');
}

function nameOf({soname, path}: DataExplanation['object']): string {
	return soname ?? path.replace(/.*\//, '');
}
