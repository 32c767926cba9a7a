/** This file reads from ld.so's own account of its scopes which objects look in themselves before any preload. */

/**
 * The text of LD_DEBUG=scopes. An object's first scope is the program's, in which a preload stands second; where it begins
 * with the object itself, its calls of what it and its own dependencies define pass every preload by. Sorted.
 */
export function selfFirstObjects(text: string): readonly string[] {
	const found = new Set<string>();
	let object = '';
	let isProgram = true;
	for (const line of text.split('\n')) {
		const begin = /^\s*\d+:\s+object=(\S.*) \[\d+\]$/.exec(line)?.[1];
		if (begin !== undefined) {
			isProgram = object === '' || begin === object;
			object = begin;
			continue;
		}
		const [, first] = /^\s*\d+:\s+scope 0: (\S+)/.exec(line) ?? [];
		if (first === object && !isProgram && object.startsWith('/') && object !== programOf(text)) found.add(object);
	}
	return [...found].sort();
}

/** The first object that is told of is the program. */
function programOf(text: string): string {
	return /scope 0: (\S+)/.exec(text)?.[1] ?? '';
}
