/** This file reads `--shard K/N`: one part of a whole that several machines share. */

import {UsageError} from '../errors.js';
import type {Shard} from '../pipeline.js';

/** Errors: UsageError for what is no part of a whole. */
export function shardOf(text: string | undefined): Shard | undefined {
	if (text === undefined) return undefined;
	const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
	if (index < 1 || index > count) throw new UsageError(`--shard takes a part of a whole, such as 2/8, not '${text}'.`);
	return {index, count};
}
