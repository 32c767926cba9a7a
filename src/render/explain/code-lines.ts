/** This file lays out instructions, one a line, with the one that is meant marked. */

import type {Instruction} from '../../model/explanation.js';
import type {Space} from '../space.js';
import {padEnd, widest} from '../text.js';

interface CodeLine {
	readonly text: string;
	readonly marked: boolean;
}

export function codeLines(code: readonly Instruction[], {show}: Space, marked?: number): CodeLine[] {
	const width = widest(code.map(({bytes}) => bytes)) + code.length;
	const cells = Math.min(Math.max(...code.map(({bytes}) => (bytes.length / 2) * 3), 0), Math.max(width, 21));
	return code.map(({address, bytes, text}) => ({
		text: `${address === marked ? '  > ' : '    '}${padEnd(`${address.toString(16)}:`, 9)} ${padEnd(spaced(bytes), cells)} ${show(text)}`,
		marked: address === marked,
	}));
}

function spaced(bytes: string): string {
	return bytes.replace(/../g, '$& ').trimEnd();
}

export function hex(address: number): string {
	return `0x${address.toString(16)}`;
}
