/** This file tests what the reader of saved reports says of files that are none. */

import test, {type ExecutionContext} from 'ava';
import {parseReport} from '../../src/contract/parse.js';
import {SuiteError} from '../../src/errors.js';
import type {Report} from '../../src/model/report.js';
import {renderJson} from '../../src/render/json.js';
import {claim, everyKind, functionsOf, hostile, report, target} from '../support/reports.js';

const whole = renderJson(everyKind);

test('an empty file is called empty', refuses, '', /^r\.json is empty\.$/);
test('blanks only are called empty', refuses, ' \n', /^r\.json is empty\.$/);
test('text is called no JSON', refuses, 'hello', /^r\.json is not JSON\.$/);
test('a binary file is called no JSON', refuses, '\u007fELF\u0002\u0001', /^r\.json is not JSON/);
test('JSON of another program is called that', refuses, '{"a": 1}', /another program wrote it/);
test('a list is called a list', refuses, '[]', /it is a list, not an object/);
test('a number is called a number', refuses, '7', /it is 7, not an object/);
test('hostile text in a fault is spelled out and short', refuses, asTool(hostile), /schema '\\u\{1b\}\[2J.{1,60}… and/);
test(
	'two builds of one id are refused',
	refuses,
	text(report([target(), target()])),
	/the build 'cpython.*' occurs twice/,
);
test(
	'two claims of one id are refused',
	refuses,
	text(report([target({functions: functionsOf([interpreter(), interpreter()])})])),
	/the claim 'PyErr_Occurred\/interpreter' of 'cpython.*' occurs twice/,
);
test(
	'totals that are not the sum of the claims are refused',
	refuses,
	text({...everyKind, totals: {...everyKind.totals, honored: 99}}),
	/totals\.honored is 99 where its claims add up to 4/,
);

for (const share of [0.05, 0.31, 0.5, 0.77, 0.999]) {
	test(`a report cut at ${share} of its length is called cut`, t => {
		refuses(t, whole.slice(0, Math.floor(whole.length * share)), /^r\.json ends in the middle of the report\.$/);
	});
}

test('a byte-order mark is no fault', t => {
	t.deepEqual(parseReport(`\ufeff${whole}`, 'r.json').totals, everyKind.totals);
});

test('a report of a million functions is refused in one sentence, within five seconds', t => {
	const [one] = functionsOf([interpreter()]);
	const functions = Array.from({length: 1_000_000}, () => one);
	const json = JSON.stringify({...everyKind, targets: [{...target(), functions}]});
	const before = process.cpuUsage().user;
	refuses(t, json, /functions has 1000000 items, more than the 300000 it may have/);
	t.true(process.cpuUsage().user - before < 5e6);
});

test('deep nesting is refused without running out of stack', t => {
	refuses(t, `${'['.repeat(200_000)}${']'.repeat(200_000)}`, /^r\.json /);
});

function refuses(t: ExecutionContext, json: string, names: RegExp): void {
	const error = t.throws(() => parseReport(json, 'r.json'), {instanceOf: SuiteError});
	t.regex(error?.message ?? '', names);
	t.truthy((error as SuiteError).hint);
}

function text(value: Report): string {
	return JSON.stringify(value);
}

function interpreter() {
	return claim('PyErr_Occurred', 'interpreter', {kind: 'absent'});
}

function asTool(schema: string): string {
	return JSON.stringify({...everyKind, schema});
}
