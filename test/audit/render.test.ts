/** This file holds what an audit prints: the golden pages, and that no text of a file moves the cursor. */

import test from 'ava';
import {renderAudit} from '../../src/render/audit/audit.js';
import {auditedBuild, auditedFunction, auditReport, everyPart, everyVerdict} from '../support/audit-reports.js';
import {golden} from '../support/golden.js';

const shows = test.macro((t, name: string, text: () => string) => golden(t, name, text()));

const plain = {columns: 100, colour: false, details: false};

test('a library that gets every call is told in two lines and its numbers', shows, 'audit/whole.txt', () =>
	renderAudit(auditReport([auditedBuild()]), plain),
);
test('every verdict, cause, gap and finding has its words', shows, 'audit/every.txt', () =>
	renderAudit(auditReport([everyPart]), {...plain, details: true}),
);
test('without --details what is uncalled is left out', shows, 'audit/brief.txt', () =>
	renderAudit(auditReport([everyPart]), plain),
);
test('several builds are one line each, the worst first', shows, 'audit/many.txt', () =>
	renderAudit(
		auditReport([
			auditedBuild({missing: everyPart.missing}),
			auditedBuild({
				id: 'cpython-3.11.2-static-1',
				functions: everyVerdict,
				python: {...auditedBuild().python, version: '3.11.2'},
			}),
			auditedBuild({id: 'cpython-3.12.1-shared-2', inconclusive: 'the program exited with status 127', functions: []}),
			auditedBuild({
				id: 'cpython-3.13.0-shared-3',
				broken: 'was ended by SIGSEGV (segmentation fault)',
				python: {...auditedBuild().python, version: '3.13.0'},
			}),
		]),
		plain,
	),
);
test('two libraries: what the one in front lets through', shows, 'audit/chain.txt', () => {
	const libraries = [
		{path: '/opt/a.so', soname: null, buildId: null},
		{path: '/opt/b.so', soname: 'libb.so.1', buildId: null},
	];
	const chain = {
		behind: 0,
		made: 1000,
		passedOn: 0,
		verdict: {kind: 'bypassed', because: 'other-object-defines-it'},
	} as const;
	const build = auditedBuild({
		order: [0, 1],
		functions: [auditedFunction(), auditedFunction({library: 1, calls: [], chain})],
	});
	return renderAudit(auditReport([build], libraries), plain);
});

test('hostile strings in every field move no cursor', t => {
	const evil = 'x\u001b[2J\u202ey\n';
	const build = auditedBuild({
		id: evil,
		functions: [auditedFunction({symbol: evil, definedBy: [evil], uncounted: evil})],
		missing: [{symbol: evil, beside: evil, kind: 'family', calls: 1, callers: []}],
		expectation: {
			expression: evil,
			under: {kind: 'failed', reason: evil},
			without: {kind: 'value', value: evil, truth: false},
			kept: false,
		},
		findings: [{kind: 'x', message: evil}],
	});
	for (const one of [build, {...build, inconclusive: evil}, {...build, broken: evil}]) {
		const text = renderAudit(auditReport([one], [{path: evil, soname: evil, buildId: null}]), {
			...plain,
			details: true,
		});
		t.false(['\u001b', '\u202e'].some(character => text.includes(character)));
	}
});

test('ASCII terminals get ASCII', t => {
	t.regex(renderAudit(auditReport([everyPart]), {...plain, unicode: false, details: true}), /^[\n -~]*$/);
});
