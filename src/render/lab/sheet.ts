/** This file shows the lab's sheet on a terminal: the conclusion, the picture, the numbers. */

import type {Sheet} from '../../model/sheet.js';
import {counted, listed} from '../numbers.js';
import {wrap} from '../text.js';
import {
	conclusion,
	functionsInWords,
	gain,
	groupLosses,
	type Loss,
	megabytes,
	share,
	shareInWords,
	speedUp,
} from './sheet-words.js';

export function renderSheet(sheet: Sheet): string {
	return `${conclusion(sheet)}\n\n${picture(sheet)}\n${numbers(sheet)}\n`;
}

/** Gain against loss: a bar of speed to the left of a bar of overrides, a row for each variant. */
export function picture({rows, base}: Sheet): string {
	const width = Math.max(...rows.map(({variant}) => variant.length));
	const largest = Math.max(5, ...rows.map(row => Math.abs(gain(row))));
	const lines = rows.map(row => {
		const won =
			row.variant === base ? 'base' : row.speed === null ? '' : `${gain(row) < 0 ? '' : '+'}${gain(row).toFixed(1)} %`;
		const left = bar(Math.abs(gain(row)), largest, 16, gain(row) < 0 ? '░' : '█').padStart(16);
		const right = row.internal === null ? '' : bar(share(row.internal), 100, 24, '█');
		return `${row.variant.padEnd(width)} ${won.padStart(8)} ${left}│${right} ${shareInWords(row.internal)}`.trimEnd();
	});
	const head = `${''.padEnd(width)} ${'faster'.padStart(25)}│internal calls that an override gets`;
	return `${[head, ...lines].join('\n')}\n`;
}

function bar(value: number, whole: number, width: number, with_: string): string {
	const length = Math.round((value / whole) * width);
	return with_.repeat(value > 0 ? Math.max(1, length) : 0);
}

function numbers({rows}: Sheet): string {
	const table = rows.map(row => [
		row.variant,
		row.mode,
		speedUp(row),
		megabytes(row.bytes),
		functionsInWords(row.internal),
		shareInWords(row.internal),
		String(row.lost.length),
	]);
	const heads = [
		'variant',
		'binding',
		'faster (95 %)',
		'interpreter',
		'functions seen',
		'internal calls',
		'claims lost',
	];
	return `${aligned([heads, ...table])}\n\n${groupLosses(rows).map(lossText).join('\n')}`;
}

function lossText({variants, claims, parts}: Loss): string {
	const lists = parts.map(({routes, symbols}) => `${routes}: ${symbols.join(', ')}`);
	return wrap(`${listed(variants)}: ${counted(claims, 'claim')} lost; ${lists.join('; ')}`, 110, '  ').join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string {
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length))) ?? [];
	return rows
		.map(row =>
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
