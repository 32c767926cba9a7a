/** This file writes a command's own words on standard error: one line each, and what can be done about it. */

import {visible} from '../model/visible.js';
import type {Io} from './command.js';

/** `pyinterpose: error: There is no such file.` */
export function say(
	{stderr}: Pick<Io, 'stderr'>,
	kind: 'error' | 'warning' | 'note',
	message: string,
	hint?: string | undefined,
): void {
	const second = hint === undefined ? '' : `${visible(hint)}\n`;
	stderr.write(`pyinterpose: ${kind}: ${visible(message)}\n${second}`);
}
