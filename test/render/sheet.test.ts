/** This file shows how the lab's sheet and a measurement read, in every form. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {barsIn} from '../../src/lab/saved-bars.js';
import type {SheetBar} from '../../src/model/sheet.js';
import {barsOfSheet, gainAgainstLoss} from '../../src/render/lab/bars.js';
import {renderBench} from '../../src/render/lab/bench.js';
import {renderSheet} from '../../src/render/lab/sheet.js';
import {renderSheetHtml} from '../../src/render/lab/sheet-html.js';
import {renderSheetMarkdown} from '../../src/render/lab/sheet-markdown.js';
import {conclusion, shareInWords, speedUp} from '../../src/render/lab/sheet-words.js';
import {cli} from '../support/cli.js';
import {golden, goldenPage} from '../support/golden.js';
import {benchReport, comparison, row, sheet} from '../support/sheets.js';

test('the sheet on a terminal reads as kept', t => golden(t, 'lab/sheet.txt', renderSheet(sheet)));
test('the sheet in Markdown reads as kept', t => golden(t, 'lab/sheet.md', renderSheetMarkdown(sheet)));
test('the sheet in HTML reads as kept', t => goldenPage(t, 'lab/sheet.html', renderSheetHtml(sheet)));
test('a measurement reads as kept', t => golden(t, 'lab/bench.txt', renderBench(benchReport)));

test('the picture of the sheet reads as kept', t => {
	golden(t, 'lab/sheet.svg', `${gainAgainstLoss(barsOfSheet(sheet), 'shared', true)}\n`);
});

test('the picture of the docs is what lab report draws of the sheet there', t => {
	const path = fileURLToPath(new URL('../../../docs/lab-sheet', import.meta.url));
	const {stdout, status} = cli(['lab', 'report', '--from', `${path}.md`, '--format', 'svg']);
	t.is(status, 0);
	t.is(stdout, readFileSync(`${path}.svg`, 'utf8'));
	t.is(stdout.match(/class="(faster|slower)"/g)?.length, 9, 'the nine that differ in speed');
});

test('the picture of a saved sheet, read back out of its Markdown, has the same words', t => {
	const words = (bars: readonly SheetBar[]) => /aria-label="([^"]*)"/.exec(gainAgainstLoss(bars, 'shared', true))?.[1];
	t.is(words(barsIn(renderSheetMarkdown(sheet), 'sheet.md').bars), words(barsOfSheet(sheet)));
	t.throws(() => barsIn('# Another page\n', 'other.md'), {message: 'other.md has no sheet of the lab.'});
});

test('a ratio of times becomes a gain of speed, its interval the right way round', t => {
	t.is(speedUp(row('a', comparison('a', 0.8, 0.008))), '+25.0 % (+23.8 % to +26.3 %)');
	t.is(speedUp(row('a', comparison('a', 1.25, 0.0125))), '-20.0 % (-20.8 % to -19.2 %)');
	t.is(speedUp(row('a', comparison('a', 1.001))), 'equal, -0.1 % (-0.5 % to +0.3 %)');
});

test('all and nothing are only exactly that', t => {
	const internal = {functions: 2, functionsHonored: 1};
	t.is(shareInWords({...internal, honored: 10, bypassed: 0}), '100 %');
	t.is(shareInWords({...internal, honored: 0, bypassed: 10}), '0 %');
	t.is(shareInWords({...internal, honored: 1_000_000, bypassed: 1}), '>99.9 %');
	t.is(shareInWords({...internal, honored: 1, bypassed: 1_000_000}), '<0.1 %');
	t.is(shareInWords(null), 'not known');
});

test('the conclusion names no winner where nothing is faster', t => {
	const slower = {...sheet, rows: [row('shared', null), row('b', comparison('b', 1.1))]};
	t.regex(conclusion(slower), /^No variant of CPython 3\.11\.2 is faster than shared\./);
	t.regex(conclusion({...sheet, rows: [row('shared', null)]}), /^Speed was not measured\./);
});

test('hostile text stays text in HTML', t => {
	const hostile = '<script>alert(1)</script>"&';
	const page = renderSheetHtml({
		...sheet,
		python: hostile,
		rows: [row(hostile, null, {summary: hostile, commands: [hostile]})],
	});
	t.false(page.includes('<script'));
	t.true(page.includes('&lt;script&gt;'));
});
