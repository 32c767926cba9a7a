/** This file writes the lab's sheet as one HTML page: a picture of gain against loss, and the numbers under it. */

import type {Sheet, SheetRow} from '../../model/sheet.js';
import {escapeHtml} from '../html-text.js';
import {conclusion, functionsInWords, megabytes, share, shareInWords, speedUp} from './sheet-words.js';

export function renderSheetHtml(sheet: Sheet): string {
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>What interposition costs: CPython ${escapeHtml(sheet.python)}</title>
<style>${style}</style>
</head>
<body>
<h1>What interposition costs, and what giving it up loses: CPython ${escapeHtml(sheet.python)}</h1>
<p>${escapeHtml(conclusion(sheet))}</p>
${scatter(sheet)}
${numbers(sheet)}
${sheet.rows.map(lostHtml).join('\n')}
</body>
</html>
`;
}

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
.wide { overflow-x: auto; }
.wide td, .wide th { white-space: nowrap; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8886; vertical-align: top; }
svg { width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg line { stroke: #8888; }
svg circle { fill: #2a78d6; }
svg .range { stroke: #2a78d6; stroke-width: 2; }
`;

const frame = {left: 60, right: 860, top: 20, bottom: 360};

/** To the right is faster, up is more overrides honored; a line through a point is its interval. */
function scatter({rows, base}: Sheet): string {
	const points = rows.filter(row => row.internal !== null && (row.speed !== null || row.variant === base));
	if (points.length < 2) return '';
	const ends = points.flatMap(row => [row.speed?.low ?? 1, row.speed?.high ?? 1].map(ratio => (1 / ratio - 1) * 100));
	const low = Math.floor(Math.min(0, ...ends) / 5) * 5;
	const high = Math.max(Math.ceil(Math.max(0, ...ends) / 5) * 5, low + 5);
	const x = (percent: number) => round(frame.left + ((percent - low) / (high - low)) * (frame.right - frame.left));
	const y = (percent: number) => round(frame.bottom - (percent / 100) * (frame.bottom - frame.top));
	const marks: number[] = [];
	for (let mark = low; mark <= high; mark += 5) marks.push(mark);
	const columns = marks.map(
		mark =>
			`<line x1="${x(mark)}" x2="${x(mark)}" y1="${frame.top}" y2="${frame.bottom}"/><text x="${x(mark)}" y="${frame.bottom + 18}" text-anchor="middle">${mark > 0 ? '+' : ''}${mark} %</text>`,
	);
	const lines = [0, 25, 50, 75, 100].map(
		mark =>
			`<line x1="${frame.left}" x2="${frame.right}" y1="${y(mark)}" y2="${y(mark)}"/><text x="${frame.left - 8}" y="${y(mark) + 4}" text-anchor="end">${mark} %</text>`,
	);
	const labels = apart(points.map(row => y(row.internal === null ? 0 : share(row.internal))));
	const dots = points.map((row, index) => {
		const percent = row.speed === null ? 0 : (1 / row.speed.ratio - 1) * 100;
		const height = y(row.internal === null ? 0 : share(row.internal));
		const end = row.speed === null ? x(percent) : x((1 / row.speed.low - 1) * 100);
		const range =
			row.speed === null
				? ''
				: `<line class="range" x1="${x((1 / row.speed.high - 1) * 100)}" x2="${x((1 / row.speed.low - 1) * 100)}" y1="${height}" y2="${height}"/>`;
		return `${range}<circle cx="${x(percent)}" cy="${height}" r="4"/><text x="${round(end + 8)}" y="${labels[index] ?? height}">${escapeHtml(row.variant)}</text>`;
	});
	return `<figure><svg viewBox="0 0 1000 400" role="img" aria-label="Speed against the share of internal calls that an override still gets; the table below has the numbers">
${[...columns, ...lines, ...dots].join('\n')}
</svg><figcaption>Across: how much faster than ${escapeHtml(base)}. Up: the share of internal calls that an override still gets.</figcaption></figure>`;
}

/** Moves labels that would lie upon each other down, or up where there is no more room. */
function apart(heights: readonly number[]): number[] {
	const order = heights.map((height, index) => ({height: height + 4, index})).sort((a, b) => a.height - b.height);
	const placed: number[] = [];
	let last = Number.NEGATIVE_INFINITY;
	for (const {height, index} of order) {
		last = Math.max(height, last + 13);
		placed[index] = last;
	}
	const over = Math.max(0, last - (frame.bottom + 4));
	// The lowest group moves up as a whole, and pushes what is above it.
	let bound = Number.POSITIVE_INFINITY;
	if (over > 0) {
		for (const {index} of order.reverse()) {
			bound = Math.min(placed[index] ?? 0, bound - 13, frame.bottom + 4);
			placed[index] = bound;
		}
	}
	return placed.map(round);
}

function round(number: number): number {
	return Math.round(number * 10) / 10;
}

function numbers({rows, base}: Sheet): string {
	const heads = [
		'variant',
		'binding',
		`faster than ${base} (95 %)`,
		'interpreter',
		'functions seen',
		'internal calls honored',
		'claims lost',
	];
	const body = rows.map(row => [
		row.variant,
		row.mode,
		row.variant === base ? 'base' : speedUp(row),
		megabytes(row.bytes),
		functionsInWords(row.internal),
		shareInWords(row.internal),
		String(row.lost.length),
	]);
	return `<div class="wide"><table><thead><tr>${cells('th scope="col"', heads)}</tr></thead><tbody>
${body.map(([first = '', ...others]) => `<tr>${cells('th scope="row"', [first])}${cells('td', others)}</tr>`).join('\n')}
</tbody></table></div>`;
}

function cells(tag: string, texts: readonly string[]): string {
	return texts.map(text => `<${tag}>${escapeHtml(text)}</${tag.split(' ')[0]}>`).join('');
}

function lostHtml({variant, summary, commands, lost}: SheetRow): string {
	const claims =
		lost.length === 0 ? '' : `<p>Loses ${lost.map(({id}) => `<code>${escapeHtml(id)}</code>`).join(', ')}.</p>`;
	return `<details><summary>${escapeHtml(variant)}: ${escapeHtml(summary)}</summary>
<pre>${escapeHtml(commands.join('\n'))}</pre>
${claims}</details>`;
}
