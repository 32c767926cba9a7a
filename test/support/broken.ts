/** This file holds what a contract says of the hand-made reports, hostile text included. */

import {holdContract} from '../../src/contract/check.js';
import {readContract} from '../../src/contract/read.js';
import type {Held} from '../../src/model/contract.js';
import {everyKind, hostile, report, target, twoBuilds} from './reports.js';

/** Claims broken and undecided, a binding mode, and a route that nobody takes. */
export const brokenContract: Held = holdContract(
	everyKind,
	readContract(
		[
			'[[rule]]\nclaims = ["PyErr_*/interpreter", "PyErr_Clear/table"]\nexpect = "honored"\nreason = "The profiler counts errors."',
			'[[rule]]\nclaims = "PyMem_*"\nexpect = "honored"\nreason = "The leak finder replaces the allocator."',
			'[[rule]]\nbinding = "preemptible"\nreason = "Built without a flag."',
		].join('\n'),
		'interpose.toml',
	),
);

/** Nothing but warnings: a claim and an exported name against a rule, and one rule that ended. */
export const warnedContract: Held = holdContract(
	everyKind,
	readContract(
		[
			'[[rule]]\nclaims = "PyErr_*/interpreter"\nexpect = "honored"\nseverity = "warning"\nuntil = 2026-12-31\nreason = "The profiler will count errors."',
			'[[rule]]\nexports = ["PyErr_*", "PyObject_*"]\nseverity = "warning"\nreason = "Names that others may take."',
			'[[rule]]\nclaims = "PyMem_*"\nexpect = "honored"\nuntil = 2026-10-31\nreason = "The old leak finder."',
		].join('\n'),
		'interpose.toml',
		'2026-11-26',
	),
);

export const hostileBroken: Held = {
	kept: new Set(),
	ended: [{place: {file: hostile, line: 1, column: 1}, until: '2026-10-31', reason: hostile}],
	broken: [
		{
			target: hostile,
			object: hostile,
			claim: hostile,
			symbol: hostile,
			route: 'interpreter',
			expected: hostile,
			seen: {kind: 'inconclusive', because: hostile},
			because: null,
			severity: 'error',
			reason: hostile,
			place: {file: hostile, line: 1, column: 1},
			undecided: true,
		},
	],
};

/** A contract that is kept where every claim of twoBuilds is honored. */
export const keptContract: Held = holdContract(
	report([twoBuilds.targets[1] ?? target()]),
	readContract('[[rule]]\nclaims = "*"\nexpect = "honored"\nreason = "All of it."', 'interpose.toml'),
);
