/** This file writes HTML in which no text of a report can be anything but text. */

import {visible} from '../model/visible.js';

/** Safe between tags and inside a double-quoted attribute. */
export function escapeHtml(value: string): string {
	return visible(value)
		.replace(/[\ufdd0-\ufdef\ufffe\uffff]|\p{Noncharacter_Code_Point}/gu, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

/** A bar's class, by whole percent: the style sheet has one rule for each. All and nothing are only exactly that. */
export function barClass(part: number, whole: number): string {
	if (whole === 0) return 'p0';
	const percent = Math.round((100 * part) / whole);
	if (percent === 0) return part === 0 ? 'p0' : 'p1';
	if (percent === 100) return part === whole ? 'p100' : 'p99';
	return `p${percent}`;
}
