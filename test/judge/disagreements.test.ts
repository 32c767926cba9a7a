/** This file shows when what was counted contradicts what the ELF file shows, and when it does not. */

import test from 'ava';
import {disagreements} from '../../src/judge/disagreements.js';
import type {SymbolReferences} from '../../src/model/binding.js';
import type {Route} from '../../src/model/claim.js';
import type {ProbedClaim} from '../../src/model/evidence.js';

const none = {interpreter: 0, executable: 0, extension: 0, library: 0};

function probed(route: Route, honored: number, bypassed: number): ProbedClaim {
	return {
		claim: {id: `f/${route}`, symbol: 'f', route, family: 'error'},
		defined: true,
		counted: {
			kind: 'counted',
			honored: {...none, interpreter: honored},
			bypassed: {...none, interpreter: bypassed},
			made: null,
		},
	};
}

const found = test.macro(
	(t, claim: ProbedClaim, [preemptible, bound, recursive]: readonly [number, number, number], expected: number) => {
		const none = {preemptible: 0, bound: 0};
		const references: SymbolReferences = {
			symbol: 'f',
			calls: {preemptible, bound},
			addresses: none,
			recursive,
			folded: 0,
			inlined: null,
			verdict: 'partial',
		};
		const findings = disagreements([claim], {bySymbol: new Map([['f', references]])});
		t.is(findings.length, expected, JSON.stringify(findings));
		for (const {kind} of findings) t.is(kind, 'witnesses-disagree');
	},
);

test('calls that ran the override need a preemptible reference', found, probed('interpreter', 5, 0), [0, 1, 0], 1);
test('with one they agree', found, probed('interpreter', 5, 0), [1, 1, 0], 0);
test('calls that passed it by need a bound reference', found, probed('interpreter', 0, 5), [1, 0, 0], 1);
test('with one they agree, too', found, probed('interpreter', 0, 5), [1, 1, 0], 0);
test('a recursive call is one that passes by', found, probed('interpreter', 0, 5), [1, 0, 1], 0);
test('both may disagree at once', found, probed('table', 5, 5), [0, 0, 0], 2);
test(
	'of calls that others make the interpreter’s references say nothing',
	found,
	probed('extension', 5, 5),
	[0, 0, 0],
	0,
);
