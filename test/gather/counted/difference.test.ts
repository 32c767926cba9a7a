/** This file tests that counts are taken for a probe's only where two differences of n rounds agree. */

import test from 'ava';
import {type Difference, difference} from '../../../src/gather/counted/difference.js';
import type {Route} from '../../../src/model/claim.js';

/** What each phase counted: calls by the interpreter, and by an extension, that ran the override. */
type Phases = readonly (readonly [interpreter: number, extension: number])[];

const differs = test.macro<[phases: Phases, route: Route, expected: Partial<Record<string, number>> | RegExp]>(
	(t, phases, route, expected) => {
		const rows = phases.map(([interpreter, extension]) => [
			{honored: [interpreter, 0, extension, 0], bypassed: [0, 0, 0, 0]},
		]);
		const seen: Difference = difference({outcome: {kind: 'no-route'}, phases: rows}, 'honored', route);
		if (expected instanceof RegExp) t.regex(seen.kind === 'inexact' ? seen.reason : '', expected);
		else t.like(seen, {kind: 'exact', calls: expected});
	},
);

test(
	'what every phase counts besides the rounds cancels out',
	differs,
	[
		[27, 1],
		[47, 1],
		[67, 1],
	],
	'interpreter',
	{interpreter: 20},
);
test(
	'a first phase that counts more than its rounds is not exact',
	differs,
	[
		[22, 0],
		[40, 0],
		[60, 0],
	],
	'interpreter',
	/the interpreter's calls 18 ran the override in n rounds and 20 in another n$/,
);
test(
	'a second phase that counts more than its rounds is not exact',
	differs,
	[
		[20, 0],
		[41, 0],
		[60, 0],
	],
	'interpreter',
	/21 .+ and 19 /,
);
test(
	'a table’s calls are the interpreter’s',
	differs,
	[
		[22, 0],
		[40, 0],
		[60, 0],
	],
	'table',
	/the interpreter's/,
);
test(
	'what another caller does meanwhile does not matter',
	differs,
	[
		[5, 20],
		[3, 40],
		[9, 60],
	],
	'extension',
	{extension: 20},
);
test(
	'a call through dlsym is our extension’s',
	differs,
	[
		[0, 20],
		[0, 40],
		[0, 61],
	],
	'dlsym',
	/the extension's/,
);
test(
	'a claim of which nothing was counted has no calls',
	differs,
	[
		[0, 0],
		[0, 0],
		[0, 0],
	],
	'interpreter',
	{interpreter: 0},
);
