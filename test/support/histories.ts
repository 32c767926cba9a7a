/** This file makes a folder of saved reports by hand: a build that loses overrides, gains some back, and one beside it. */

import type {ExecutionContext} from 'ava';
import type {Report, TargetReport} from '../../src/model/report.js';
import {renderJson} from '../../src/render/json.js';
import {folder} from './cli.js';
import {report, target, twoBuilds} from './reports.js';

const [worse = target(), better = target()] = twoBuilds.targets;

/** The same Python at each step, but for what its functions show. */
export function build(id: string, functions: TargetReport['functions'], buildId = id): TargetReport {
	return target({
		id: `cpython-3.11.2-shared-${id}`,
		functions,
		findings: [],
		interpreter: {...target().interpreter, buildId},
	});
}

export const whole = build('aaaaaaaa', better.functions);
export const bound = build('bbbbbbbb', worse.functions);
const other = target({
	id: 'cpython-3.13.0-shared-cccccccc',
	python: {...target().python, version: '3.13.0'},
	interpreter: {...target().interpreter, buildId: 'cccccccc'},
	findings: [],
});

/** By file name, in no order. */
const threeReports: Readonly<Record<string, Report>> = {
	'10.json': report([build('dddddddd', better.functions), other]),
	'9.json': report([bound, other]),
	'1.json': report([whole]),
};

export function historyFolder(t: ExecutionContext, reports: Readonly<Record<string, Report>> = threeReports): string {
	return folder(t, Object.fromEntries(Object.entries(reports).map(([name, one]) => [name, renderJson(one)])));
}
