/** This file makes text safe inside Markdown: no tag, link, mention, table cell or heading comes out of a report's text. */

import {visible} from '../model/visible.js';

export function escapeMarkdown(text: string): string {
	return visible(text)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replace(/[\\`*[\]{}|#~!@]/g, '\\$&')
		.replace(/(?<!\w)_|_(?!\w)/g, '\\_')
		.replaceAll('://', ':\\//');
}

/** A symbol as code; anything that is no plain name as escaped text. */
export function code(name: string): string {
	return /^[\w.$@/-]+$/.test(name) ? `\`${name}\`` : escapeMarkdown(name);
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
	const [first = '', ...others] = heads;
	return [
		row([escapeMarkdown(first), ...others.map(escapeMarkdown)]),
		row(heads.map((_, column) => (column === 0 ? ':--' : '--:'))),
		...rows.map(row),
	].join('\n');
}

function row(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}
