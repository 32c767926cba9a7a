/** This file writes the lab's sheet as Markdown: the page that is kept under docs/. */

import type {Comparison} from '../model/bench.js';
import type {Sheet, SheetRow} from '../model/sheet.js';
import {code, escapeMarkdown, table} from './markdown-text.js';
import {picture} from './sheet.js';
import {conclusion, functionsInWords, megabytes, shareInWords, speedUp} from './sheet-words.js';

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
				'size of the core',
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
		...rows.filter(({variant}) => variant !== base).map(lost),
		...(bench === null ? [] : ['## Each workload', workloads(sheet, bench.workloads)]),
		'## The commands',
		...rows.map(
			({variant, summary, compiler, commands}) =>
				`${code(variant)}: ${escapeMarkdown(summary)}; ${escapeMarkdown(compiler)}.\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
		),
	];
	return `${parts.join('\n\n')}\n`;
}

function lost({variant, lost}: SheetRow): string {
	if (lost.length === 0) return `${code(variant)}: no claim that the base honors.`;
	const kinds = [...new Set(lost.map(({now}) => now))];
	const lists = kinds.map(
		kind =>
			`${kind}: ${lost
				.filter(({now}) => now === kind)
				.map(({id}) => code(id))
				.join(', ')}`,
	);
	return `${code(variant)}: ${lists.join('; ')}.`;
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
function ratio({ratio, low, high, verdict}: Comparison): string {
	const half = ((high - low) / 2).toFixed(3);
	const text = `${ratio.toFixed(3)} ± ${half}`;
	return verdict === 'equal' ? text : `**${text}**`;
}
