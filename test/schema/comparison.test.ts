/** This file holds comparisons to their published schema. */

import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {compare} from '../../src/contract/compare.js';
import {changeKinds} from '../../src/model/comparison.js';
import type {Report} from '../../src/model/report.js';
import {jsonText} from '../../src/render/json.js';
import {manyBuilds, swept} from '../support/many.js';
import {mutated} from '../support/mutations.js';
import {report, target, twoBuilds} from '../support/reports.js';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8'));
const schema = read('comparison.schema.json');
const valid = new Ajv2020({strict: true, strictTypes: false}).addSchema(read('report.schema.json')).compile(schema);

const [worse = target(), better = target()] = twoBuilds.targets;
const [first = target(), second = target()] = swept(manyBuilds(2, 60), 50).targets;
const good: Readonly<Record<string, readonly [Report, Report]>> = {
	'a loss': [report([better]), report([worse])],
	'a gain': [report([worse]), report([better])],
	'many changes and a sweep': [report([first]), report([second])],
	'builds without a counterpart': [
		report([target({id: 'base'}), target({id: 'alone', python: {...target().python, version: '2.7.18'}})]),
		report([worse]),
	],
};

for (const [what, [before, after]] of Object.entries(good)) {
	test(`the schema accepts ${what}`, t => {
		t.true(valid(JSON.parse(jsonText(compare(before, after)))), JSON.stringify(valid.errors));
	});
}

for (const [what, path, value] of [
	['another schema', 'schema', 1],
	['an unknown key', 'extra', 1],
	['no build', 'builds', []],
	['an unknown kind of change', 'builds.0.changes.0.kind', 'vanished'],
	['an unknown route', 'builds.0.changes.0.route', 'audit'],
	['an unknown verdict', 'builds.0.changes.0.after', {kind: 'maybe'}],
	['an unknown cause', 'builds.0.changes.0.because', 'magic'],
	['half an override', 'builds.0.reached', 1.5],
] as const) {
	test(`the schema refuses ${what}`, t => {
		t.false(valid(mutated(compare(report([better]), report([worse])), path, value)));
	});
}

test('the schema names every kind of change, in the order of reports', t => {
	t.deepEqual(schema.$defs.change.properties.kind.enum, changeKinds);
});
