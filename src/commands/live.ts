/** This file keeps the last lines of a terminal for a picture that changes, while a program writes above it. */

import type {Stream} from './command.js';

/** Draws what `picture` gives, several times a second. Returns what ends it and gives the lines back. */
export function drawLive(terminal: Stream, lines: number, picture: (columns: number) => readonly string[]): () => void {
	const height = () => Math.min(lines, Math.max(1, Math.floor(terminal.rows / 2)));
	let reserved = 0;
	let rows = 0;
	const draw = () => {
		// One write, so that the program's own output never comes in the middle of a sequence.
		let text = '';
		if (rows !== terminal.rows || reserved !== height()) {
			text += reserve(terminal.rows, height());
			rows = terminal.rows;
			reserved = height();
		}
		const drawn = picture(terminal.columns).slice(0, reserved);
		const shown = Array.from(
			{length: reserved},
			(_, line) => `${at(rows - reserved + 1 + line)}${erase}${drawn[line] ?? ''}`,
		);
		terminal.write(`${text}${saveCursor}${shown.join('')}${restoreCursor}`);
	};
	draw();
	const timer = setInterval(draw, milliseconds);
	return () => {
		clearInterval(timer);
		const cleared = Array.from({length: reserved}, (_, line) => `${at(rows - reserved + 1 + line)}${erase}`);
		terminal.write(`${saveCursor}${cleared.join('')}${wholeScreen}${restoreCursor}`);
	};
}

const milliseconds = 200;
const saveCursor = '\u001b7';
const restoreCursor = '\u001b8';
const erase = '\u001b[2K';
const wholeScreen = '\u001b[r';

function at(row: number): string {
	return `\u001b[${row};1H`;
}

/** Makes room below the cursor, and has everything else scroll above it. Setting the region moves the cursor home. */
function reserve(rows: number, lines: number): string {
	return `${'\n'.repeat(lines)}\u001b[${lines}A${saveCursor}\u001b[1;${rows - lines}r${restoreCursor}`;
}
