/** This file writes a report as JUnit XML: a symbol is a suite, a route a case. */

import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {element, type Markup, textMarkup, xmlDocument} from '../xml.js';
import {type Case, type CaseOutcome, casesOf} from './cases.js';

/** `failure`: against the contract; `error`: inconclusive; `skipped`: what no rule asks for, and warnings, of which JUnit has none. */
export function renderJunit(report: Report, held: Held | null): string {
	const cases = casesOf(report, held);
	const suites = new Map<string, Case[]>();
	for (const one of cases) {
		const key = `${one.target}\0${one.suite}`;
		const suite = suites.get(key);
		if (suite === undefined) suites.set(key, [one]);
		else suite.push(one);
	}
	return xmlDocument(
		element('testsuites', {name: 'pyinterpose', ...countsOf(cases)}, [...suites.values()].map(suiteMarkup)),
	);
}

function suiteMarkup(cases: readonly Case[]): Markup {
	const [{target, suite} = {target: '', suite: ''}] = cases;
	const counts = {
		...countsOf(cases),
		skipped: String(cases.filter(({outcome}) => outcome === 'skipped' || outcome === 'warned').length),
	};
	return element('testsuite', {name: suite, package: target, ...counts}, cases.map(caseMarkup));
}

function countsOf(cases: readonly Case[]): {tests: string; failures: string; errors: string} {
	const count = (...outcomes: readonly CaseOutcome[]) =>
		String(cases.filter(({outcome}) => outcomes.includes(outcome)).length);
	return {tests: String(cases.length), failures: count('failed'), errors: count('error', 'unknown')};
}

function caseMarkup({target, suite, name, outcome, message}: Case): Markup {
	return element('testcase', {name, classname: `${target}.${suite}`}, [outcomeMarkup(outcome, message)]);
}

function outcomeMarkup(outcome: CaseOutcome, message: string): Markup {
	switch (outcome) {
		case 'passed':
			return element('system-out', {}, [textMarkup(message)]);
		case 'failed':
			return element('failure', {type: 'contract', message}, []);
		case 'error':
		case 'unknown':
			return element('error', {type: 'inconclusive', message}, []);
		case 'warned':
			return element('skipped', {}, [textMarkup(`warning: ${message}`)]);
		case 'skipped':
			return element('skipped', {}, [textMarkup(message)]);
	}
}
