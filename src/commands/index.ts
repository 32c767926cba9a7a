/** This file lists the subcommands, in the order in which help shows them. */

import {check} from './check.js';
import type {Command} from './command.js';
import {diff} from './diff.js';
import {inspect} from './inspect.js';
import {list} from './list.js';

export const commands: readonly Command[] = [check, list, inspect, diff];
