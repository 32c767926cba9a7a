/** This file shows a page of docs/ on a terminal. */

import {space, type TerminalOptions} from '../space.js';
import {wrap} from '../text.js';

/** Headings stand out, code is indented and untouched, the rest is wrapped; tables stay as they are. */
export function renderPage(markdown: string, options: TerminalOptions): string {
	const {brush, columns} = space(options);
	const lines: string[] = [];
	let paragraph = '';
	const flush = () => {
		if (paragraph !== '') lines.push(...wrap(paragraph, columns, /^(- |\d+\. )/.test(paragraph) ? '  ' : ''));
		paragraph = '';
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
		} else if (line === '' || line.startsWith('|')) {
			flush();
			if (!line.startsWith('|--')) lines.push(plain(line));
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

/** Without the marks that only a browser needs; a link to a page that is not named in its text says how to read it. */
function plain(text: string): string {
	return text
		.replace(/\[([^\]]+)\]\(([^)]*)\)/g, (_, words: string, target: string) => {
			const page = target.replace(/\.md$/, '');
			return page === words || page === target ? words : `${words} ('pyinterpose explain ${page}')`;
		})
		.replace(/\*\*([^*]+)\*\*/g, '$1');
}
