/** This file writes the lab's sheet as Markdown: the page that is kept under docs/. */

import type {BenchComparison} from '../../model/bench.js';
import type {Sheet} from '../../model/sheet.js';
import {code, escapeMarkdown, table} from '../markdown-text.js';
import {counted, listed} from '../numbers.js';
import {picture} from './sheet.js';
import {conclusion, functionsInWords, groupLosses, type Loss, megabytes, shareInWords, speedUp} from './sheet-words.js';

export function renderSheetMarkdown(sheet: Sheet): string {
	const {rows, base, bench} = sheet;
	const parts = [
		escapeMarkdown(conclusion(sheet)),
		`\`\`\`text\n${picture(sheet)}\`\`\``,
		table(
			[
				'variant',
				'binding',
				`faster than ${base}, 95 % interval`,
				'size of the interpreter',
				'functions seen',
				'internal calls honored',
				'claims lost',
			],
			rows.map(row => [
				code(row.variant),
				row.mode,
				escapeMarkdown(speedUp(row)),
				megabytes(row.bytes),
				functionsInWords(row.internal),
				escapeMarkdown(shareInWords(row.internal)),
				String(row.lost.length),
			]),
		),
		'## What each variant loses',
		...groupLosses(rows).map(lossText),
		...keepsAll(sheet),
		...(bench === null ? [] : ['## Each workload', workloads(sheet, bench.workloads)]),
		'## The commands',
		...rows.map(
			({variant, summary, compiler, commands}) =>
				`${code(variant)}: ${escapeMarkdown(summary)}; ${escapeMarkdown(compiler)}.\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
		),
	];
	return `${parts.join('\n\n')}\n`;
}

function lossText({variants, claims, parts}: Loss): string {
	const lists = parts.map(({routes, symbols}) => `- ${routes}: ${symbols.map(code).join(', ')}`);
	return `${listed(variants.map(code))}: ${counted(claims, 'claim')}.\n\n${lists.join('\n')}`;
}

function keepsAll({rows, base}: Sheet): string[] {
	const names = rows
		.filter(({variant, lost}) => variant !== base && lost.length === 0)
		.map(({variant}) => code(variant));
	return names.length === 0 ? [] : [`Nothing is lost in ${listed(names)}.`];
}

function workloads({rows, base}: Sheet, results: NonNullable<Sheet['bench']>['workloads']): string {
	const others = rows.filter(({variant, speed}) => variant !== base && speed !== null);
	return table(
		['time, as a multiple of the base’s', ...others.map(({variant}) => variant)],
		results.map(result => [
			code(result.workload),
			...others.map(({variant}) => {
				if (result.kind === 'failed') return 'failed';
				const comparison = result.comparisons.find(({target}) => target === variant);
				return comparison === undefined ? '' : ratio(comparison);
			}),
		]),
	);
}

/** Bold where the difference is more than noise. */
function ratio({ratio, low, high, verdict}: BenchComparison): string {
	const half = ((high - low) / 2).toFixed(3);
	const text = `${ratio.toFixed(3)} ± ${half}`;
	return verdict === 'equal' ? text : `**${text}**`;
}
