/** This file writes what is not as expected for the pages of GitHub and GitLab. */

import {createHash} from 'node:crypto';
import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {visible} from '../../model/visible.js';
import {jsonText} from '../json.js';
import {type Case, casesOf, ruleOfCase} from './cases.js';

/** GitHub's workflow commands, worst first; its pages show few, so there are few. */
export function renderGithub(report: Report, held: Held | null): string {
	const cases = casesOf(report, held);
	const errors = cases.filter(({outcome}) => outcome === 'failed' || outcome === 'error');
	const warnings = cases.filter(({outcome}) => outcome === 'warned' || outcome === 'unknown');
	return [
		...errors.slice(0, most).map(one => command('error', one)),
		...warnings.slice(0, most).map(one => command('warning', one)),
	].join('');
}

/** GitHub shows ten of each per step. */
const most = 10;

/** GitLab's Code Quality report: what is not as expected, at the contract's line. */
export function renderCodeQuality(report: Report, held: Held | null): string {
	return jsonText(
		casesOf(report, held)
			.filter(({outcome}) => outcome !== 'passed' && outcome !== 'skipped')
			.map(one => ({
				description: visible(one.message),
				check_name: ruleOfCase(one),
				fingerprint: createHash('sha256').update(`${one.target}\0${one.suite}\0${one.name}`).digest('hex'),
				severity: one.outcome === 'failed' ? 'major' : one.outcome === 'warned' ? 'minor' : 'info',
				location: {
					path: visible(one.place?.file ?? 'interpose.toml'),
					lines: {begin: one.place?.line ?? 1},
				},
			})),
	);
}

function command(level: 'error' | 'warning', one: Case): string {
	const {place} = one;
	const properties = [
		...(place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]),
		`title=${property(`${one.suite}/${one.name}`)}`,
	];
	return `::${level} ${properties.join(',')}::${data(one.message)}\n`;
}

function data(text: string): string {
	return visible(text).replaceAll('%', '%25');
}

function property(text: string): string {
	return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
