/** This file reads the list of overrides as people wrote it: families and prototypes. */

import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export interface Hook {
	readonly symbol: string;
	/** As reports spell it: `libc-memory`. */
	readonly family: string;
	/** A declaration in C; null for one that is not called but jumped to, whose arguments do not matter. */
	readonly prototype: string | null;
}

const list = fileURLToPath(new URL('../../../native/hooks.def', import.meta.url));

export function readHooks(): ReadonlyMap<string, Hook> {
	const rows = readFileSync(list, 'utf8').matchAll(
		/^(?!CANARY)[A-Z_]+\((\w+), (\w+)(?:, (.+?), (\(.*?\)), \(.*\))?\)$/gm,
	);
	return new Map(
		[...rows].map(([, family = '', symbol = '', result, parameters]): [string, Hook] => [
			symbol,
			{
				symbol,
				family: family.replaceAll('_', '-'),
				prototype: result === undefined ? null : `${result}${result.endsWith('*') ? '' : ' '}${symbol}${parameters};`,
			},
		]),
	);
}
