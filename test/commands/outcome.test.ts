/** This file tests what a report comes to: what failed, what is broken, what could not be found out. */

import test from 'ava';
import {type Outcome, outcomeOf} from '../../src/commands/outcome.js';
import type {Broken} from '../../src/model/contract.js';
import type {Report} from '../../src/model/report.js';

const one = [{}] as unknown as Report['targets'];
const none = {inconclusive: 0, bypassed: 3, partial: 0, uncalled: 0, absent: 0, honored: 0};
const certain = {undecided: false} as Broken;
const undecided = {undecided: true} as Broken;

const comes = test.macro<[report: Partial<Report>, broken: readonly Broken[] | null, outcome: Partial<Outcome>]>(
	(t, report, broken, outcome) => {
		const whole = {targets: one, failures: [], totals: none, ...report};
		t.deepEqual(outcomeOf(whole, broken, false), {failed: false, broken: false, unknown: false, ...outcome});
	},
);

test('verdicts that are all no are as expected where nothing is', comes, {}, null, {});
test('a single inconclusive verdict is not found out', comes, {totals: {...none, inconclusive: 1}}, null, {
	unknown: true,
});
test('what a contract does not ask for may be inconclusive', comes, {totals: {...none, inconclusive: 1}}, [], {});
test('a rule that is not kept is broken', comes, {}, [certain], {broken: true});
test('a rule that is undecided is not found out, and not broken', comes, {}, [undecided], {unknown: true});
test('a broken rule beside an undecided one is broken', comes, {}, [undecided, certain], {broken: true, unknown: true});
test(
	'a warning breaks nothing and leaves nothing open',
	comes,
	{},
	[
		{...certain, severity: 'warning'},
		{...undecided, severity: 'warning'},
	],
	{},
);
test('an error beside a warning is broken', comes, {}, [{...certain, severity: 'warning'}, certain], {broken: true});
test('a target that could not be tested has failed', comes, {failures: [{target: 'x', message: ''}]}, null, {
	failed: true,
});
test('no target at all has failed', comes, {targets: []}, null, {failed: true});

test('no target in one part of all has not failed', t => {
	t.false(outcomeOf({targets: [], failures: [], totals: none}, null, true).failed);
});
