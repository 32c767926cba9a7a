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
