/** This file is `pyinterpose diff`: what a change of build won and lost. */

import {compare} from '../contract/compare.js';
import {UsageError} from '../errors.js';
import {isLoss} from '../model/changed-functions.js';
import type {Comparison} from '../model/comparison.js';
import type {Report} from '../model/report.js';
import {renderComparison, renderComparisonMarkdown, type ToolsOf} from '../render/diff/comparison.js';
import {jsonText} from '../render/json.js';
import type {Command} from './command.js';
import {fatesOn} from './fates.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {readOrCheck} from './reports.js';

const formats = ['terminal', 'json', 'markdown'] as const;

export const diff: Command = {
	name: 'diff',
	positionals: 'BEFORE AFTER',
	summary: 'what a change of build won and lost; each a target or a saved report',
	options: [...outputOptions(formats), {name: 'markdown', help: 'the same as --format markdown'}],
	async run(invocation) {
		const {positionals, options, io} = invocation;
		const [before, after, ...more] = positionals;
		if (before === undefined || after === undefined || more.length > 0) {
			throw new UsageError('diff compares exactly two things.', {
				hint: 'Name a target or a saved report before, and one after.',
			});
		}
		const plan = planOutput(invocation, formats);
		const format = options.flag('markdown') ? 'markdown' : plan.format;
		const [earlier, later] = [await readOrCheck(before, invocation), await readOrCheck(after, invocation)];
		const comparison = compare(earlier, later);
		const toolsOf = await toolChanges(earlier, later);
		await deliver(
			{...plan, format},
			{
				terminal: terminal => renderComparison(comparison, terminal, toolsOf),
				json: () => jsonText(comparison),
				markdown: () => renderComparisonMarkdown(comparison, toolsOf),
			},
			io,
		);
		return statusOf({failed: false, broken: loses(comparison), unknown: false}, options);
	},
};

async function toolChanges(before: Report, after: Report): Promise<ToolsOf> {
	const {whoChanges} = await import('../catalog/who-is-hit.js');
	const fates = await fatesOn();
	return build => {
		const [one, other] = [
			before.targets.find(({id}) => id === build.before.id),
			after.targets.find(({id}) => id === build.after.id),
		];
		return one === undefined || other === undefined || build.changes.length === 0
			? []
			: whoChanges(fates(one), fates(other));
	};
}

function loses({builds}: Comparison): boolean {
	return builds.some(({changes}) => changes.some(({kind}) => isLoss(kind)));
}
