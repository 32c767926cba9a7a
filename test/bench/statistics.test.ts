/** This file holds the statistics to known numbers, and to what they promise on made-up noise. */

import test from 'ava';
import {defaultRule, verdictOf} from '../../src/bench/rule.js';
import {asRatios, meanInterval, student, trimmedInterval} from '../../src/bench/statistics.js';

test('without trimming it is Student’s interval: mean 3, error 0.7071, 4 degrees of freedom', t => {
	const {middle, low, high, error, freedom} = trimmedInterval([1, 2, 3, 4, 5], 0);
	t.is(middle, 3);
	t.is(freedom, 4);
	near(t, error, Math.SQRT1_2, 1e-5);
	near(t, low, 1.0367, 1e-3);
	near(t, high, 4.9633, 1e-3);
});

test('with trimming it is Yuen’s: known numbers of an example computed by hand', t => {
	// Ten values, two cut at each end: kept 3 to 8, mean 5.5; drawn in 3 3 3 4 5 6 7 8 8 8, variance 4.722.
	const {middle, error, freedom} = trimmedInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.2);
	t.is(middle, 5.5);
	t.is(freedom, 5);
	near(t, error, Math.sqrt((4.7222222 * 9) / (6 * 5)), 1e-6);
});

test('a run that something disturbed does not move the estimate', t => {
	const calm = [0.01, 0.011, 0.009, 0.01, 0.012, 0.008, 0.01, 0.011, 0.009, 0.01];
	const disturbed = [...calm.slice(0, 9), 3];
	near(t, trimmedInterval(disturbed, 0.2).middle, trimmedInterval(calm, 0.2).middle, 0.001);
});

test('Student’s factor falls from 12.7 to that of the normal distribution without a jump', t => {
	t.is(student(1), 12.706);
	near(t, student(30), 2.042, 0.001);
	near(t, student(120), 1.98, 0.001);
	t.true(student(20) > student(21));
});

test('of 400 intervals of noise alone about 95 % hold the truth', t => {
	const next = noise(7);
	const hold = Array.from({length: 400}, () => trimmedInterval(Array.from({length: 12}, next), 0.2)).filter(
		({low, high}) => low <= 0 && high >= 0,
	).length;
	t.true(hold > 365 && hold < 396, `${hold} of 400`);
});

test('of 400 comparisons of a build with itself hardly any is called slower or faster', t => {
	const next = noise(11);
	const called = Array.from({length: 400}, () =>
		verdictOf(
			trimmedInterval(
				Array.from({length: 12}, () => next() * 0.01),
				0.2,
			),
			defaultRule,
		),
	).filter(verdict => verdict !== 'equal').length;
	t.true(called <= 4, `${called} of 400`);
});

test('a delay of 5 % in noise of 2 % is called slower, every time', t => {
	const next = noise(13);
	for (let time = 0; time < 200; time += 1) {
		const interval = trimmedInterval(
			Array.from({length: 15}, () => Math.log(1.05) + next() * 0.02),
			0.2,
		);
		t.is(verdictOf(interval, defaultRule), 'slower');
	}
});

test('a difference that is sure but negligible is called equal, one above it is not', t => {
	const sure = (share: number) =>
		trimmedInterval(
			Array.from({length: 20}, (_, i) => Math.log(1 + share) + (i % 2) * 1e-5),
			0.2,
		);
	t.is(verdictOf(sure(0.005), defaultRule), 'equal');
	t.is(verdictOf(sure(-0.005), defaultRule), 'equal');
	t.is(verdictOf(sure(0.02), defaultRule), 'slower');
	t.is(verdictOf(sure(-0.02), defaultRule), 'faster');
});

test('the mean of several estimates is surer than each', t => {
	const next = noise(17);
	const each = Array.from({length: 9}, () =>
		trimmedInterval(
			Array.from({length: 12}, () => 0.05 + next() * 0.02),
			0.2,
		),
	);
	const all = meanInterval(each);
	t.true(all.error < Math.min(...each.map(({error}) => error)));
	near(t, asRatios(all).ratio, Math.exp(0.05), 0.01);
});

/** The same numbers at every run: a sum of twelve uniform ones, less six, is near enough to a normal one. */
function noise(seed: number): () => number {
	let state = seed;
	const uniform = () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
	return () => Array.from({length: 12}, uniform).reduce((sum, value) => sum + value, -6);
}

function near(
	t: {true(actual: boolean, message?: string): unknown},
	actual: number,
	expected: number,
	by: number,
): void {
	t.true(Math.abs(actual - expected) <= by, `${actual} is not within ${by} of ${expected}`);
}
