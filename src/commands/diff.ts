/** This file is `pyinterpose diff`: what a change of build won and lost. */

import {compare} from '../contract/compare.js';
import {UsageError} from '../errors.js';
import type {Comparison} from '../model/comparison.js';
import {renderComparison, renderComparisonMarkdown} from '../render/diff/comparison.js';
import {isLoss} from '../render/diff/comparison-words.js';
import {jsonText} from '../render/json.js';
import type {Command} from './command.js';
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
		const comparison = compare(await readOrCheck(before, invocation), await readOrCheck(after, invocation));
		await deliver(
			{...plan, format},
			{
				terminal: terminal => renderComparison(comparison, terminal),
				json: () => jsonText(comparison),
				markdown: () => renderComparisonMarkdown(comparison),
			},
			io,
		);
		return statusOf({failed: false, broken: loses(comparison), unknown: false}, options);
	},
};

/** A loss of a claim; the sweep's own changes are shown and do not decide. */
function loses({builds}: Comparison): boolean {
	return builds.some(({changes}) => changes.some(change => isLoss(change) && !change.id.startsWith('sweep:')));
}
