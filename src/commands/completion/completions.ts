/** This file writes shell completions from the table of commands. */

import type {Command} from '../command.js';
import {bashCompletion} from './bash.js';
import {fishCompletion} from './fish.js';
import {zshCompletion} from './zsh.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function completions(commands: readonly Command[], shell: Shell): string {
	return {bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion}[shell](commands);
}
