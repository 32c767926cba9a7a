/** This file holds histories to their published schema. */

import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test, {type ExecutionContext} from 'ava';
import {cli} from '../support/cli.js';
import {historyFolder} from '../support/histories.js';
import {mutated} from '../support/mutations.js';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false})
	.addSchema(read('report.schema.json'))
	.addSchema(read('comparison.schema.json'))
	.compile(read('history.schema.json'));

const written = (t: ExecutionContext) => JSON.parse(cli(['history', '.', '--json'], {cwd: historyFolder(t)}).stdout);

test('the schema accepts what history writes', t => {
	t.true(valid(written(t)), JSON.stringify(valid.errors));
});

for (const [what, path, value] of [
	['another schema', 'schema', 2],
	['a hunt', 'kind', 'hunt'],
	['an unknown key', 'extra', 1],
	['a line without steps', 'lines.0.steps', []],
	['half a function', 'lines.0.steps.0.works', 0.5],
	['an unknown caller', 'lines.0.steps.1.since.lost.0.callers.0', 'audit'],
	['an unknown cause', 'lines.0.steps.1.since.lost.0.because', 'magic'],
] as const) {
	test(`the schema refuses ${what}`, t => {
		t.false(valid(mutated(written(t), path, value)));
	});
}
