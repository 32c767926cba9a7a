/** This file shows that what drifts on a machine drifts for all builds alike. */

import test from 'ava';
import {roundOrder} from '../../src/bench/order.js';

test('two builds take turns: A B, B A', t => {
	t.deepEqual(
		[0, 1, 2, 3].map(round => roundOrder(2, round).join('')),
		['01', '10', '10', '01'],
	);
});

for (const targets of [2, 3, 5]) {
	test(`of ${targets} builds each stands in every place equally often, and once in every round`, t => {
		const rounds = Array.from({length: targets * 2}, (_, round) => roundOrder(targets, round));
		for (const order of rounds) t.deepEqual([...order].sort(), [...Array(targets).keys()]);
		for (let place = 0; place < targets; place += 1) {
			const counts = new Map<number, number>();
			for (const order of rounds) counts.set(order[place] ?? -1, (counts.get(order[place] ?? -1) ?? 0) + 1);
			t.deepEqual([...counts.values()], Array(targets).fill(2));
		}
	});
}
