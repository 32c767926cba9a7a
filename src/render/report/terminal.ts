/** This file writes a report for a terminal: the answer first; every function, every finding and the numbers with `details`. */

import type {ToolFate} from '../../model/known-tool.js';
import type {Report, TargetReport} from '../../model/report.js';
import {counted} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';
import {detailLines} from './details.js';
import {oneBuildLines} from './one-build.js';
import {severalBuildsLines} from './several-builds.js';

export interface ReportOptions extends TerminalOptions {
	/** Every function with its counts, and the findings in full. */
	readonly details?: boolean;
	/** What becomes of the known tools on one build. */
	readonly fatesOn?: (target: TargetReport) => readonly ToolFate[];
}

export function renderTerminal(
	report: Report,
	{details = false, fatesOn = () => [], ...options}: ReportOptions,
): string {
	const terminal = space(options);
	const [only] = report.targets;
	const sections = [
		only !== undefined && report.targets.length === 1
			? oneBuildLines({target: only, fates: fatesOn(only)}, terminal)
			: report.targets.length === 0
				? [terminal.brush.bold('No build was tested.')]
				: severalBuildsLines(report.targets, terminal),
		failures(report, terminal),
		...(details ? detailLines(report, fatesOn, terminal) : [report.targets.length > 1 ? notes(report, terminal) : []]),
	].filter(lines => lines.length > 0);
	return `${sections.map(lines => lines.join('\n')).join(details ? '\n\n' : '\n')}\n`;
}

function failures({failures}: Report, {columns, brush, show}: Space): readonly string[] {
	return failures.flatMap(({target, message}) =>
		wrap(`Not tested: ${show(target)}: ${show(message)}`, columns, '  ').map(brush.red),
	);
}

/** What else was found, by its short name, which `explain` knows. */
function notes({targets}: Report, {columns, brush, show}: Space): readonly string[] {
	const kinds = [...new Set(targets.flatMap(({findings}) => findings.map(({kind}) => kind)))];
	if (kinds.length === 0) return [];
	return wrap(show(`${counted(kinds.length, 'note')} (--details): ${kinds.join(', ')}.`), columns, '  ').map(brush.dim);
}
