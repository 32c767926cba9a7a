/** This file holds audits to their published schema. */

import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {causes} from '../../src/model/verdict.js';
import {jsonText} from '../../src/render/json.js';
import {auditedBuild, auditReport, everyPart} from '../support/audit-reports.js';
import {mutated} from '../support/mutations.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/audit.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false}).compile(schema);

for (const [what, report] of Object.entries({
	'a library that gets every call': auditReport([auditedBuild()]),
	'every verdict, gap and finding': auditReport([everyPart]),
	'what could not be found out': auditReport([auditedBuild({inconclusive: 'a reason', functions: []})]),
})) {
	test(`the schema of audits accepts ${what}`, t => {
		t.true(valid(JSON.parse(jsonText(report))), JSON.stringify(valid.errors));
	});
}

for (const [what, path, value] of [
	['another schema', 'schema', 1],
	['an unknown key', 'extra', 1],
	['an unknown caller', 'builds.0.functions.0.calls.0.caller', 'libc'],
	['an unknown verdict', 'builds.0.functions.0.calls.0.verdict', {kind: 'maybe'}],
	['a loss without its cause', 'builds.0.functions.0.calls.0.verdict', {kind: 'bypassed'}],
	['half a call', 'builds.0.functions.0.calls.0.honored', 0.5],
	['a reason that is no text', 'builds.0.inconclusive', 1],
] as const) {
	test(`the schema of audits refuses ${what}`, t => {
		t.false(valid(mutated(auditReport([everyPart]), path, value)));
	});
}

test('the schema of audits names every cause', t => {
	t.deepEqual(schema.$defs.cause.enum, causes);
});
