/** This file tests the rules that name a binding mode on evidence that small libraries do not show. */

import test, {type ExecutionContext} from 'ava';
import type {FunctionEvidence, ObjectEvidence} from '../../src/binding/evidence.js';
import {bindingMode, causeOf} from '../../src/binding/mode.js';
import type {BindingMode} from '../../src/model/binding.js';
import type {Cause} from '../../src/model/verdict.js';

type Shown = Partial<Omit<FunctionEvidence, 'function'>>;

/** As many functions as said, all alike. */
function functions(prefix: string, count: number, shown: Shown): readonly FunctionEvidence[] {
	return Array.from({length: count}, (_, index): FunctionEvidence => {
		const name = `${prefix}${index}`;
		const address = 0x1000 + index * 64;
		const given = {
			namedCalls: 0,
			namedData: 0,
			boundByOthers: 0,
			recursive: 0,
			thunks: 0,
			boundData: 0,
			interleaved: null,
			namedByItself: 0,
			localAlias: false,
			privateName: false,
			...shown,
		};
		return {
			function: {
				name,
				address,
				pointer: address,
				localEntry: address,
				size: 32,
				ifunc: false,
				visibility: 'default',
				weak: false,
				aliases: [name],
				index,
			},
			calls: {preemptible: given.namedCalls, bound: given.boundByOthers},
			addresses: {preemptible: given.namedData, bound: given.boundData},
			...given,
		};
	});
}

const cpython = ['Py_Main', 'Py_InitializeEx', 'PyObject_GetAttr', 'PyErr_Occurred'].flatMap(name =>
	functions(name, 1, {}).map(one => ({...one, function: {...one.function, name, aliases: [name]}})),
);

const shows = test.macro({
	exec(t: ExecutionContext, _what: string, shown: readonly FunctionEvidence[], mode: BindingMode, cause: Cause | null) {
		const object: ObjectEvidence = {
			decoded: true,
			executable: false,
			symbolic: false,
			units: 'stripped',
			gccOnly: true,
			imports: new Map(),
			functions: shown,
		};
		t.is(bindingMode(object), mode);
		t.is(causeOf(object, mode, shown[0] as FunctionEvidence), cause);
	},
	title: (_, what, _shown, mode, cause) => `${what}: ${mode}, ${cause}`,
});

const bound = functions('b', 100, {boundByOthers: 3});
const tabled = functions('t', 20, {boundByOthers: 2, namedData: 1});
const left = functions('l', 4, {boundByOthers: 5, namedCalls: 2, interleaved: true});
const named = functions('n', 100, {namedCalls: 4});

test(
	shows,
	'a stripped CPython of which LTO left some calls named',
	[...bound, ...tabled, ...left, ...cpython],
	'no-semantic-interposition-lto',
	'lto',
);
test(
	shows,
	'the same of another library, which may be one unit or have private names',
	[...bound, ...tabled, ...left],
	'mixed',
	'unknown',
);
test(
	shows,
	'calls bound by assembly in a library that names its calls',
	[...tabled.slice(0, 4), ...left, ...named],
	'mixed',
	'unknown',
);
test(
	shows,
	'private names, which bind addresses as well',
	[...bound, ...functions('p', 20, {boundByOthers: 2, boundData: 1}), ...left],
	'mixed',
	'unknown',
);
test(
	shows,
	'no function named anywhere, data bound',
	[...bound, ...functions('p', 20, {boundData: 1})],
	'symbolic-functions',
	'symbolic-functions',
);
test(shows, 'bound calls alone, which both a linker and a compiler leave', bound, 'mixed', 'unknown');
test(
	shows,
	"a stripped CPython's units told apart by where callers stand",
	[...functions('u', 9, {boundByOthers: 3, namedCalls: 2, interleaved: false}), ...named, ...cpython],
	'no-semantic-interposition',
	'same-unit',
);
test(
	shows,
	'the same of another library, which may have private names',
	[...functions('u', 9, {boundByOthers: 3, namedCalls: 2, interleaved: false}), ...named],
	'mixed',
	'unknown',
);
test(
	shows,
	'as few bound functions as have private names, with bound data',
	[...functions('b', 40, {boundByOthers: 3}), ...functions('p', 5, {boundData: 1})],
	'mixed',
	'unknown',
);
test(
	shows,
	'one thunk among many functions that are named',
	[...functions('f', 1, {thunks: 1, namedCalls: 3}), ...named],
	'preemptible',
	null,
);
test(
	shows,
	'one thunk to a function that nothing else refers to',
	[...functions('f', 1, {thunks: 1}), ...named],
	'preemptible',
	null,
);
test(shows, 'a thunk and nothing else', functions('f', 1, {thunks: 1}), 'mixed', 'unknown');
test(
	shows,
	'a thunk among few functions that are named',
	[...functions('f', 1, {thunks: 1, namedCalls: 3}), ...functions('n', 2, {namedCalls: 1})],
	'mixed',
	null,
);
test(
	shows,
	'a function that calls itself by name',
	[
		...functions('u', 9, {boundByOthers: 3, namedCalls: 2, interleaved: false}),
		...functions('r', 1, {namedCalls: 1, namedByItself: 1}),
	],
	'mixed',
	'unknown',
);
test(
	shows,
	'calls bound by assembly from next to the function',
	[...functions('u', 4, {boundByOthers: 3, namedCalls: 2, interleaved: false}), ...named],
	'mixed',
	'unknown',
);
test(shows, 'everything named', named, 'preemptible', null);
