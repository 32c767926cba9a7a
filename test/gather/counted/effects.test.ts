/** This file shows that an effect is believed only where it was seen, and was not seen without its shim. */

import test from 'ava';
import {shownBy} from '../../../src/gather/counted/effects.js';
import type {Run, Taken} from '../../../src/gather/counted/run.js';
import type {Claim} from '../../../src/model/claim.js';
import type {Counted} from '../../../src/model/evidence.js';

const claim: Claim = {
	id: 'effect-time/interpreter',
	symbol: 'effect-time',
	route: 'interpreter',
	family: 'effect-time',
};

function run(output: string, calls: number): Run {
	const phases = [1, 2, 3].map(times => [{honored: [times * calls, 0, 0, 0], bypassed: [0, 0, 0, 0]}]);
	const taken: Taken = {outcome: {kind: 'taken', made: null, output}, phases};
	return {taken: new Map([[claim.id, taken]])} as Partial<Run> as Run;
}

const fine = () => null;

test('a changed result where the override ran, and another without the shim: counted', t => {
	t.like(shownBy(claim, run('2001', 20), run('2026', 0), fine), {kind: 'counted', honored: {interpreter: 20}});
});

test('no changed result where the override did not run: counted, and none', t => {
	t.like(shownBy(claim, run('2026', 0), run('2026', 0), fine), {kind: 'counted', honored: {interpreter: 0}});
});

const unknown = test.macro((t, seen: Counted, reason: RegExp) => {
	t.regex(seen.kind === 'unknown' ? seen.reason : seen.kind, reason);
});

test(
	'a result that the control shows, too, proves nothing',
	unknown,
	shownBy(claim, run('2001', 20), run('2001', 0), fine),
	/without the shim, too/,
);
test(
	'an override that ran without effect proves nothing',
	unknown,
	shownBy(claim, run('2026', 20), run('2026', 0), fine),
	/the override ran 20 times and the program printed 2026/,
);
test(
	'an effect without a call that ran proves nothing',
	unknown,
	shownBy(claim, run('2001', 0), run('2026', 0), fine),
	/the override ran 0 times/,
);
test(
	'a shim that fails its controls proves nothing',
	unknown,
	shownBy(claim, run('2001', 20), run('2026', 0), () => 'it did not load'),
	/it did not load/,
);
