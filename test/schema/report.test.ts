/** This file holds the published schema, the reader and the writer of reports to each other. */

import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {SuiteError} from '../../src/errors.js';
import {jsonText, renderJson} from '../../src/render/json.js';
import {golden} from '../support/golden.js';
import {manyBuilds, swept} from '../support/many.js';
import {mutated, mutations} from '../support/mutations.js';
import {everyKind, hostileReport, nothing, report, target, twoBuilds} from '../support/reports.js';

const schema = JSON.parse(readFileSync(new URL('../../../schema/report.schema.json', import.meta.url), 'utf8'));
const valid = new Ajv2020({strict: true, strictTypes: false, allErrors: false}).compile(schema);

const good = {everyKind, twoBuilds, nothing, hostileReport, many: manyBuilds(2, 20)};

for (const [name, given] of Object.entries(good)) {
	test(`the schema accepts ${name}, and reading what was written gives the same again`, t => {
		const text = renderJson(given);
		t.true(valid(JSON.parse(text)), JSON.stringify(valid.errors));
		t.is(renderJson(parseReport(text, 'it')), text);
		if (!text.includes('\\ud800')) t.deepEqual(parseReport(text, 'it'), given);
	});
}

for (const [what, path, value, names] of mutations) {
	test(`schema and reader both refuse ${what}, and the reader names it`, t => {
		const broken = mutated(everyKind, path, value);
		t.false(valid(broken));
		const error = t.throws(() => parseReport(JSON.stringify(broken), 'before.json'), {instanceOf: SuiteError});
		t.regex(error?.message ?? '', names);
		t.regex(error?.message ?? '', /^before\.json [^\n]*\.$/);
		t.notRegex(error?.message ?? '', /[\p{Cc}\p{Cf}]/u);
	});
}

test('a function is one line without a space, so that a build of 1,500 is half a megabyte', t => {
	const text = renderJson(swept(manyBuilds(1, 60), 1500));
	const rows = text.split('\n').filter(line => /^\t+\{"symbol":/.test(line));
	t.is(rows.length, JSON.parse(text).targets[0].functions.length);
	for (const row of rows)
		t.is(row.trimStart().replace(/,$/, ''), JSON.stringify(JSON.parse(row.trimStart().replace(/,$/, ''))));
	t.true(text.length < 1.05 * JSON.stringify(JSON.parse(text)).length);
});

test('a report of before inlined calls were looked for is read, and says that they are not known', t => {
	const {targets, ...rest} = JSON.parse(renderJson(everyKind));
	const older = targets.map(({inlined: _, ...one}: {inlined: unknown; functions: Record<string, unknown>[]}) => ({
		...one,
		functions: one.functions.map(({inlined: _, references, ...other}) => {
			const {inlined: _none, ...some} = (references ?? {}) as Record<string, unknown>;
			return {...other, references: references === null ? null : some};
		}),
	}));
	const text = JSON.stringify({...rest, targets: older});
	t.true(valid(JSON.parse(text)), JSON.stringify(valid.errors));
	const [read] = parseReport(text, 'it').targets;
	t.is(read?.inlined.reason, 'the report is of a version that did not look for them');
	t.is(read?.inlined.places, null);
	t.true(read?.functions.every(({inlined, references}) => inlined === null && (references?.inlined ?? null) === null));
});

test('every kind of verdict, written', t => golden(t, 'json/every-kind.json', renderJson(everyKind)));

test('the same report in another order gives the same bytes', t => {
	const shuffled = report(
		[...twoBuilds.targets].reverse().map(one => ({...one, functions: [...one.functions].reverse()})),
		[...twoBuilds.failures].reverse(),
	);
	t.is(renderJson(shuffled), renderJson(twoBuilds));
});

test('the same report with its keys in another order gives the same bytes', t => {
	const backwards = (value: unknown): unknown =>
		Array.isArray(value)
			? value.map(backwards)
			: typeof value === 'object' && value !== null
				? Object.fromEntries(
						Object.entries(value)
							.reverse()
							.map(([key, item]) => [key, backwards(item)]),
					)
				: value;
	t.is(renderJson(backwards(everyKind) as typeof everyKind), renderJson(everyKind));
});

test('ids sort by code unit, whatever the locale', t => {
	const ids = ['Z', 'a', 'ä', 'B', 'é', '\u{1f40d}', '\uffee'];
	const text = renderJson(report(ids.map(id => target({id, functions: [], findings: []}))));
	t.deepEqual(
		parseReport(text, 'it').targets.map(({id}) => id),
		['B', 'Z', 'a', 'ä', 'é', '\u{1f40d}', '\uffee'],
	);
});

test('JSON text is what JSON.stringify would say, with one last newline', t => {
	for (const value of [null, [], {}, [[]], {a: [1, {b: '\u202e\u0085'}]}, 'x', [{a: 'y'.repeat(300)}, {}], everyKind]) {
		const text = jsonText(value);
		t.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
		t.regex(text, /[^\n]\n$/);
		t.notRegex(text.replace(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}]/u);
	}
});
