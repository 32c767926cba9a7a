/** This file shows what the static witness says of an object in the words of claims: the numbers are references. */

import test from 'ava';
import {staticClaims} from '../../src/contract/static-claims.js';
import type {InspectReport, Reach, ReferenceVerdict} from '../../src/model/binding.js';
import type {Verdict} from '../../src/model/verdict.js';
import {inlinedUnknown} from '../support/reports.js';

const says = test.macro((t, calls: Reach, addresses: Reach, verdict: ReferenceVerdict, expected: Verdict) => {
	const file: InspectReport = {
		path: 'lib.so',
		soname: null,
		buildId: null,
		machine: 'x86_64',
		binding: {mode: 'symbolic-functions', functions: 1, preemptible: 0, partial: 0, bound: 1, unreferenced: 0},
		inlined: inlinedUnknown,
		symbols: [{symbol: 'f', calls, addresses, recursive: 0, folded: 0, inlined: null, verdict}],
	};
	const [claim] = staticClaims(file);
	t.is(claim?.id, 'f/interpreter');
	t.deepEqual(claim?.verdict, expected);
});

const none = {preemptible: 0, bound: 0};

test(
	'preemptible references are honored calls',
	says,
	{preemptible: 3, bound: 0},
	{preemptible: 2, bound: 0},
	'preemptible',
	{
		kind: 'honored',
		calls: 5,
	},
);
test('both sorts are partial', says, {preemptible: 3, bound: 4}, {preemptible: 0, bound: 1}, 'partial', {
	kind: 'partial',
	calls: 3,
	bypassed: 5,
	bound: 5,
	because: 'symbolic-functions',
});
test('bound ones are bypassed', says, {preemptible: 0, bound: 4}, {preemptible: 0, bound: 1}, 'bound', {
	kind: 'bypassed',
	bypassed: 5,
	because: 'symbolic-functions',
});
test('none are no call', says, none, none, 'unreferenced', {kind: 'uncalled', references: 0, 'would-be': null});
