/**
 * This file holds the Pythons given in $PYTHON (several separated by `:`; default python3) to the catalog, one test a claim;
 * and to the contract in $INTERPOSE_CONTRACT, where there is one.
 */

import test from 'ava';
import {contractFrom} from '../../src/commands/contract-file.js';
import {checkContract} from '../../src/contract/check.js';
import {type ClaimReport, curatedClaims} from '../../src/model/reported-claims.js';
import {brokenSentence, endedSentence} from '../../src/render/report/broken.js';
import {verdictSentence} from '../../src/render/words.js';
import {defaultNames} from '../../src/target/find.js';
import {checkPythons} from '../support/check.js';

const report = await checkPythons({kind: 'named', names: defaultNames(process.env)});

/** The verdict is the title; a claim that could not be judged fails. */
const isJudged = test.macro({
	exec(t, _: string, {verdict}: ClaimReport) {
		if (verdict.kind === 'inconclusive') t.fail(verdict.because);
		else t.pass();
	},
	title: (_ = '', build: string, {id, verdict}: ClaimReport) =>
		`${build}: ${id} is ${verdict.kind} (${verdictSentence(verdict)})`,
});

test('every Python given could be tested', t => {
	t.deepEqual(report.failures, []);
	t.true(report.targets.length > 0);
});

for (const target of report.targets) {
	for (const claim of curatedClaims(target)) test(isJudged, target.id, claim);
}

const contract = process.env.INTERPOSE_CONTRACT ?? '';
if (contract !== '') {
	const rules = await contractFrom(contract, {env: process.env, signal: new AbortController().signal});
	const broken = checkContract(report, rules);
	for (const one of rules.ended) test(`warning: ${endedSentence(one)}`, t => t.pass());
	test(`every Python given keeps the contract ${contract}, but for what is named below`, t => {
		t.true(report.targets.length > 0);
	});
	for (const one of broken) {
		if (one.severity === 'warning') test(`warning: ${brokenSentence(one)}`, t => t.pass());
		else test(`against the contract: ${brokenSentence(one)}`, t => t.fail(one.reason));
	}
}
