/** This file describes the terminal that a report is laid out for. */

import {visible} from '../model/visible.js';
import {type Brush, brush} from './paint.js';

export interface TerminalOptions {
	readonly columns: number;
	readonly colour: boolean;
	/** False writes ASCII only; true where it is left out. */
	readonly unicode?: boolean;
}

export interface Space {
	readonly columns: number;
	readonly unicode: boolean;
	readonly brush: Brush;
	readonly ellipsis: string;
	/** Text from the report, safe to print on this terminal. */
	show(text: string): string;
}

export function space({columns, colour, unicode = true}: TerminalOptions): Space {
	return {
		columns: Math.max(columns, 20),
		unicode,
		brush: brush(colour),
		ellipsis: unicode ? '…' : '~',
		show: unicode ? visible : text => ascii(visible(text)),
	};
}

function ascii(text: string): string {
	return text.replace(/[^ -~]/gu, character => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
