/** This file draws gain against loss as SVG: to the left what a build wins in speed, to the right what an override still gets. */

import type {BenchComparison} from '../../model/bench.js';
import type {InternalCalls, Sheet, SheetBar, SheetGain} from '../../model/sheet.js';
import {escapeHtml} from '../html-text.js';
import {share, shareInWords} from './sheet-words.js';

/** In a page, whose style colours the classes; `alone` as a file of its own, with its colours in it. */
export function gainAgainstLoss(bars: readonly SheetBar[], base: string, alone = false): string {
	const largest = Math.max(5, ...bars.flatMap(({gain}) => (isGain(gain) ? [-gain.low, gain.high] : [])));
	const height = top + bars.length * rowHeight + 8;
	// Where speed ends and overrides begin; a name takes what room it needs.
	const axis = Math.max(190, ...bars.map(({name}) => 7 * [...name].length)) + gainWidth + 70;
	const label = `Faster than ${base}, and the internal calls that an override gets. ${bars.map(barWords).join('; ')}.`;
	return [
		`<svg ${alone ? 'xmlns="http://www.w3.org/2000/svg" ' : ''}class="bars" viewBox="0 0 ${axis + shareWidth + 90} ${height}" role="img" aria-label="${escapeHtml(label)}">`,
		...(alone ? [`<style>${colours}</style>`] : []),
		`<text x="${axis - 8}" y="16" text-anchor="end" class="soft">faster than ${escapeHtml(base)}</text>`,
		`<text x="${axis + 8}" y="16" class="soft">internal calls that an override gets</text>`,
		...bars.map((bar, at) => row(bar, top + at * rowHeight, axis, largest)),
		`<path d="M${axis} ${top - 4}V${height - 4}" class="axis"/>`,
		'</svg>',
	].join('\n');
}

/** The rows of a sheet. */
export function barsOfSheet({rows, base}: Sheet): readonly SheetBar[] {
	return rows.map(({variant, speed, internal}) => ({
		name: variant,
		gain: variant === base ? 'base' : speed === null ? null : gainOf(speed),
		share: internal === null ? null : shareOf(internal),
	}));
}

/** A ratio of times as a gain of speed. */
export function gainOf({ratio, low, high, verdict}: BenchComparison): SheetGain {
	const percent = (times: number) => (1 / times - 1) * 100;
	return {percent: percent(ratio), low: percent(high), high: percent(low), equal: verdict === 'equal'};
}

export function shareOf(internal: InternalCalls): SheetBar['share'] {
	return {percent: share(internal), words: shareInWords(internal)};
}

const top = 26;
const rowHeight = 24;
const gainWidth = 170;
const shareWidth = 250;

/** Of the system's own fonts, and by the reader's setting, as the page has it. */
const colours = [
	'.bars text{font:12px system-ui,sans-serif;fill:#1b1f24}.bars .soft{fill:#59636e}.bars .axis,.bars .range{stroke:#59636e;fill:none}',
	'.bars .faster{fill:#2a78d6}.bars .slower{fill:#b3261e}.bars .kept{fill:#3f9a57}.bars .rest{fill:#f3b1b1}',
	'@media(prefers-color-scheme:dark){.bars text{fill:#e6e9ee}.bars .soft{fill:#9aa5b1}.bars .axis,.bars .range{stroke:#9aa5b1}.bars .rest{fill:#6e2f33}}',
].join('');

function row({name, gain, share}: SheetBar, y: number, axis: number, largest: number): string {
	const middle = y + 14;
	const scale = (percent: number) => round((Math.abs(percent) / largest) * gainWidth);
	const won = isGain(gain) && !gain.equal ? gain : null;
	return [
		`<text x="0" y="${middle}">${escapeHtml(name)}</text>`,
		`<text x="${axis - gainWidth - 14}" y="${middle}" text-anchor="end">${gainWords(gain)}</text>`,
		...(won === null
			? []
			: [
					`<rect x="${round(axis - scale(won.percent))}" y="${y + 3}" width="${Math.max(1, scale(won.percent))}" height="14" class="${won.percent < 0 ? 'slower' : 'faster'}"/>`,
					`<path d="M${round(axis - scale(won.high))} ${y + 10}H${round(axis - scale(won.low))}" class="range"/>`,
				]),
		...(share === null
			? [`<text x="${axis + 8}" y="${middle}" class="soft">not known</text>`]
			: [
					`<rect x="${axis}" y="${y + 3}" width="${shareWidth}" height="14" class="rest"/>`,
					...(share.percent > 0
						? [
								`<rect x="${axis}" y="${y + 3}" width="${Math.max(1, round((share.percent / 100) * shareWidth))}" height="14" class="kept"/>`,
							]
						: []),
					`<text x="${axis + shareWidth + 8}" y="${middle}">${escapeHtml(share.words)}</text>`,
				]),
	].join('');
}

function barWords({name, gain, share}: SheetBar): string {
	const speed = gain === null ? 'not measured' : gainWords(gain);
	return `${name}: ${speed}, ${share === null ? 'calls not known' : `${share.words} of the calls`}`;
}

function gainWords(gain: SheetBar['gain']): string {
	if (!isGain(gain)) return gain ?? '';
	return gain.equal ? 'equal' : `${gain.percent < 0 ? '' : '+'}${gain.percent.toFixed(1)} %`;
}

function isGain(gain: SheetBar['gain']): gain is SheetGain {
	return gain !== null && gain !== 'base';
}

function round(number: number): number {
	return Math.round(number * 10) / 10;
}
