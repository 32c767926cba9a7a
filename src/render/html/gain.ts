/** This file writes, where builds were measured, what each gains in speed beside what it loses of overrides. */

import type {BenchReport} from '../../model/bench.js';
import type {SheetBar} from '../../model/sheet.js';
import {workloadTotals} from '../../model/workload-totals.js';
import {escapeHtml} from '../html-text.js';
import {gainAgainstLoss, gainOf, shareOf} from '../lab/bars.js';
import type {NamedBuild} from './heat.js';

/** Nothing where fewer than two of the measured builds are on the page. */
export function gainSection(builds: readonly NamedBuild[], {targets, means}: BenchReport): string[] {
	const [base] = targets;
	const bars = targets.flatMap(({name, path}): SheetBar[] => {
		const build = builds.find(({target}) => target.executable === path || target.interpreter.path === path);
		if (build === undefined) return [];
		const mean = means.find(({target}) => target === name);
		return [
			{
				name: build.name,
				gain: name === base?.name ? 'base' : mean === undefined ? null : gainOf(mean),
				share: shareIn(build),
			},
		];
	});
	if (bars.length < 2) return [];
	const [first] = bars;
	const baseName = first?.gain === 'base' ? first.name : (base?.name ?? '');
	return [
		'<section aria-labelledby="gain">',
		'<h2 id="gain">Gain against loss</h2>',
		'<section class="scroll" tabindex="0" aria-label="Gain against loss, picture">',
		gainAgainstLoss(bars, baseName),
		'</section>',
		`<p class="soft">To the left the mean speed over the workloads, with its 95 % interval, against ${escapeHtml(baseName)}; to the right the calls from inside the interpreter that run an override.</p>`,
		'</section>',
	];
}

/** Null where calls past an override were not counted. */
function shareIn({target}: NamedBuild): SheetBar['share'] {
	const totals = workloadTotals(target, 'interpreter');
	if (totals === null || totals.bypassed === null) return null;
	const {honored, bypassed, called} = totals;
	return shareOf({honored, bypassed, functions: called, functionsHonored: called});
}
