/** This file keeps one line on standard error that tells what is being done, on terminals only. */

import type {Stream} from './command.js';

export interface Progress {
	show(what: string): void;
	clear(): void;
}

export function progressLine(stream: Stream, quiet = false): Progress {
	if (quiet || !stream.isTerminal) return {show() {}, clear() {}};
	let shown = false;
	return {
		show(what) {
			shown = true;
			stream.write(`\r\u001b[K${[...`pyinterpose: ${what}`].slice(0, stream.columns - 1).join('')}`);
		},
		clear() {
			if (shown) stream.write('\r\u001b[K');
			shown = false;
		},
	};
}
