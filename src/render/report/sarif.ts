/** This file writes what is not as expected as SARIF 2.1.0, which GitHub's code scanning and many editors read. */

import {createHash} from 'node:crypto';
import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {jsonText} from '../json.js';
import {type Case, type CaseRule, casesOf, ruleOfCase} from './cases.js';

/** Passed and skipped cases are no results: SARIF lists what somebody should look at. */
export function renderSarif(report: Report, held: Held | null): string {
	const results = casesOf(report, held).flatMap(resultOf);
	return jsonText({
		version: '2.1.0',
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		runs: [
			{
				tool: {
					driver: {
						name: 'pyinterpose',
						semanticVersion: report.tool.version,
						rules: ruleIds.map(id => ({id, shortDescription: {text: rules[id]}})),
					},
				},
				results,
			},
		],
	});
}

const rules = {
	contract: 'A build does not keep what the contract or the baseline asks of an override.',
	'rule-ended': 'A rule of the contract holds nothing any more, because the day that it names is past.',
	inconclusive: 'It could not be found out whether an override runs.',
} as const satisfies Record<CaseRule, string>;
const ruleIds = Object.keys(rules) as CaseRule[];

const levels = {
	failed: 'error',
	error: 'warning',
	warned: 'warning',
	unknown: 'note',
	passed: null,
	skipped: null,
} as const satisfies Record<Case['outcome'], string | null>;

function resultOf(one: Case): object[] {
	const {target, suite, name, outcome, message, place} = one;
	const level = levels[outcome];
	if (level === null) return [];
	const ruleId = ruleOfCase(one);
	const uri = place === null ? 'interpose.toml' : encodeURI(visible(place.file));
	return [
		{
			ruleId,
			ruleIndex: ruleIds.indexOf(ruleId),
			level,
			message: {text: visible(message)},
			locations: [
				{
					physicalLocation: {
						artifactLocation: {uri},
						region: {startLine: place?.line ?? 1, startColumn: place?.column ?? 1},
					},
					logicalLocations: [{fullyQualifiedName: visible(`${target}/${suite}/${name}`)}],
				},
			],
			partialFingerprints: {claim: createHash('sha256').update(`${target}\0${suite}\0${name}`).digest('hex')},
		},
	];
}
