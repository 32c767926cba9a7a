/** This file says what speaks for one cause or another, where an object's binding mode cannot be told. */

import type {BindingFact} from '../../model/binding.js';
import {counted} from '../numbers.js';

/** Each a sentence with its full stop. */
export function factSentences(facts: readonly BindingFact[]): readonly string[] {
	return facts.map(({kind, functions}) => sentences[kind](counted(functions, 'function')));
}

const sentences = {
	'bound-calls': some => `Calls of ${some} go straight to the address.`,
	'bound-data': some =>
		`Data holds the address of ${some} without a name: a linker given -Bsymbolic-functions leaves that, or a hidden alias, and no compiler.`,
	named: some => `Calls or data name ${some} all the same, which -Bsymbolic-functions leaves of none.`,
	'private-name': some => `The source has given ${some} a private name, which binds without any flag.`,
	'compiler-alias': some =>
		`gcc has left its alias (.localalias) of ${some}, as it does for -fno-semantic-interposition, and for recursive and folded functions at any flags.`,
	'irelative-slot': some =>
		`An IRELATIVE slot serves bound calls of ${some} of the indirect sort (IFUNC), as a hidden alias would have it.`,
	'adjusting-thunk': some => `C++ functions that adjust this jump to ${some}, which compilers bind whatever the flags.`,
	'not-decoded': () =>
		'The code is not decoded (that of arm needs the mapping symbols, which strip removes): these are relocations alone, and bound calls leave none.',
	stripped: () => 'It is stripped: a hidden alias, which binds calls without any flag, would show in .symtab alone.',
} as const satisfies Record<BindingFact['kind'], (some: string) => string>;
