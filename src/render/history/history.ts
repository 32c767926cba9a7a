/** This file writes a history for a terminal: the answer, then for each build a row a report. */

import type {History, HistoryLine} from '../../model/history.js';
import {shellWord} from '../shell-word.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, padEnd, shorten, widest, width, wrap} from '../text.js';
import {verdictGlyph} from '../words.js';
import {changeSentence, historySentence, stepComesTo, worksOf} from './history-words.js';

/** `pathOf` gives the file of a report, for the command that shows more. */
export function renderHistory(history: History, options: TerminalOptions, pathOf: (report: string) => string): string {
	const terminal = space(options);
	const {columns, brush} = terminal;
	const blocks = [
		wrap(historySentence(history), columns, '  ').map(brush.bold),
		...history.lines.map(line => lineLines(line, terminal)),
		nextLines(history, pathOf, terminal),
	].filter(lines => lines.length > 0);
	return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

function lineLines({name, steps}: HistoryLine, {columns, brush, show, unicode, ellipsis}: Space): readonly string[] {
	const names = steps.map(({report}) => shorten(show(report), Math.max(12, Math.floor(columns / 3)), ellipsis));
	const versions = steps.map(({version}) => show(version));
	const works = steps.map(step => `${verdictGlyph(stepComesTo(step), unicode)} ${worksOf(step)}`);
	const widths = [names, versions, works].map(widest);
	return [
		...wrap(show(name), columns, '  ').map(brush.bold),
		...steps.flatMap((step, at) => {
			const cells = [names, versions, works].map((column, which) => padEnd(column[at] ?? '', widths[which] ?? 0));
			const start = `  ${cells.join('  ')}`;
			const what = show(changeSentence(step.since));
			const painted = `  ${[...cells.slice(0, 2), brush.verdict(stepComesTo(step), cells[2] ?? '')].join('  ')}`;
			// What changed stands below its row where there is no room beside it.
			if (width(start) + 2 + 24 > columns || width(start) + 2 + width(what) > 2 * columns) {
				return [painted.trimEnd(), ...hang(what, columns, '    ')];
			}
			return hang(what, columns, `${start}  `).map((line, row) =>
				row === 0 ? line.replace(start, () => painted) : line,
			);
		}),
	];
}

/** The step that lost most, told in full. */
function nextLines({lines}: History, pathOf: (report: string) => string, {show}: Space): readonly string[] {
	const losses = lines.flatMap(({steps}) =>
		steps.flatMap((step, at) => {
			const before = steps[at - 1];
			return before === undefined || step.since === null || step.since.lost.length === 0
				? []
				: [{before: before.report, after: step.report, count: step.since.lost.length}];
		}),
	);
	const [most] = losses.sort((a, b) => b.count - a.count);
	if (most === undefined) return [];
	const words = [most.before, most.after].map(report => shellWord(pathOf(report)));
	return [show(`Next: pyinterpose diff ${words.join(' ')}`)];
}
