/** This file shows a page of docs/ on a terminal. */

import {space, type TerminalOptions} from '../space.js';
import {hang, padEnd, widest, wrap} from '../text.js';

/** Headings stand out, code is indented and untouched, the rest is wrapped, the last column of a table within itself. */
export function renderPage(markdown: string, options: TerminalOptions): string {
	const {brush, columns} = space(options);
	const lines: string[] = [];
	let paragraph = '';
	let table: string[][] = [];
	const flush = () => {
		if (paragraph !== '') lines.push(...wrap(paragraph, columns, /^(- |\d+\. )/.test(paragraph) ? '  ' : ''));
		if (table.length > 0) lines.push(...tableLines(table, columns));
		paragraph = '';
		table = [];
	};
	let inCode = false;
	for (const line of markdown.trimEnd().split('\n')) {
		if (line.startsWith('```')) {
			flush();
			inCode = !inCode;
		} else if (inCode) {
			lines.push(brush.dim(`    ${line}`).trimEnd());
		} else if (line.startsWith('#')) {
			flush();
			lines.push(brush.bold(plain(line.replace(/^#+ /, ''))));
		} else if (line.startsWith('|')) {
			if (table.length === 0) flush();
			if (!line.startsWith('|--')) table.push(cellsOf(line));
		} else if (line === '') {
			flush();
			lines.push('');
		} else if (/^(- |\d+\. )/.test(line)) {
			flush();
			paragraph = plain(line);
		} else {
			paragraph = paragraph === '' ? plain(line) : `${paragraph} ${plain(line.trim())}`;
		}
	}
	flush();
	return `${lines.join('\n')}\n`;
}

function cellsOf(line: string): string[] {
	return line
		.replace(/^\|\s*|\s*\|$/g, '')
		.split(/\s*\|\s*/)
		.map(plain);
}

/** Columns below one another. Where the last one would be too narrow to read, each row is a paragraph. */
function tableLines(rows: readonly (readonly string[])[], columns: number): readonly string[] {
	const count = Math.max(...rows.map(row => row.length));
	const widths = Array.from({length: count - 1}, (_, at) => widest(rows.map(row => row[at] ?? '')));
	const left = widths.reduce((sum, cells) => sum + cells + 2, 0);
	if (columns - left < 24) return rows.flatMap(row => wrap(row.join('  '), columns, '    '));
	return rows.flatMap(row => {
		const first = widths.map((cells, at) => padEnd(row[at] ?? '', cells + 2)).join('');
		return hang(row[count - 1] ?? '', columns, first);
	});
}

/** Without the marks that only a browser needs; a link to a page that is not named in its text says how to read it. */
function plain(text: string): string {
	return text
		.replace(/\[([^\]]+)\]\(([^)]*)\)/g, (_, words: string, target: string) => {
			const page = target.replace(/\.md$/, '');
			return page === words || page === target ? words : `${words} ('pyinterpose explain ${page}')`;
		})
		.replace(/\*\*([^*]+)\*\*/g, '$1');
}
