/** This file reads the inlined copies of a file as readelf shows them: an oracle that shares no code with ours. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';

export interface ShownCopy {
	/** Of the function as the linker has it. */
	readonly name: string;
	readonly external: boolean;
	/** DW_AT_entry_pc or DW_AT_low_pc; null where readelf shows neither. */
	readonly entry: number | null;
}

/** In the order of the file. `shared`: the file of dwz, which readelf reads as well. */
export async function shownCopies(path: string, shared?: string): Promise<readonly ShownCopy[]> {
	const dies = await diesOf(path);
	const others = shared === undefined ? new Map<number, Shown>() : await diesOf(shared);
	return [...dies.values()]
		.filter(({tag}) => tag === 'inlined_subroutine')
		.map(copy => {
			let found: Shown | undefined = copy;
			for (let file = dies; found?.origin !== undefined; ) {
				file = found.isShared ? others : file;
				found = file.get(found.origin);
			}
			return {name: found?.name ?? '', external: found?.external ?? false, entry: copy.entry ?? copy.low ?? null};
		});
}

interface Shown {
	readonly tag: string;
	name?: string;
	external?: boolean;
	origin?: number;
	isShared?: boolean;
	entry?: number;
	low?: number;
}

async function diesOf(path: string): Promise<ReadonlyMap<number, Shown>> {
	// Without `no-follow-links` it also shows the debug information that the file refers to. awk leaves out the other entries' lines.
	const script = `readelf --debug-dump=info,no-follow-links --wide "$1" 2>/dev/null |
		awk '/^ </ { wanted = /DW_TAG_(subprogram|inlined_subroutine)/ } wanted'`;
	const child = spawn('sh', ['-c', script, 'sh', path], {
		env: {...process.env, LC_ALL: 'C'},
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const ended = once(child, 'close');
	const dies = new Map<number, Shown>();
	let die: Shown | null = null;
	for await (const line of createInterface({input: child.stdout})) {
		const begin = /^ <[0-9a-f]+><([0-9a-f]+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line);
		if (begin !== null) {
			const [, offset = '', tag = ''] = begin;
			die = tag === 'inlined_subroutine' || tag === 'subprogram' ? {tag} : null;
			if (die !== null) dies.set(Number.parseInt(offset, 16), die);
		} else if (die !== null) note(die, line);
	}
	await ended;
	return dies;
}

function note(die: Shown, line: string): void {
	const [, attribute, value = ''] = /^ +<[0-9a-f]+> +DW_AT_(\w+) *: ?(?:\(.*\): |\(string\) )?(.*)$/.exec(line) ?? [];
	const address = () => Number.parseInt(/(?:0x)?([0-9a-f]+)\s*$/.exec(value)?.[1] ?? '', 16);
	switch (attribute) {
		case 'linkage_name':
			die.name = value.trim();
			break;
		case 'name':
			die.name ??= value.trim();
			break;
		case 'external':
			die.external = true;
			break;
		case 'abstract_origin':
		case 'specification':
			die.origin = Number.parseInt(/0x([0-9a-f]+)/.exec(value)?.[1] ?? '', 16);
			die.isShared = value.includes('alt');
			break;
		case 'entry_pc':
			die.entry = address();
			break;
		case 'low_pc':
			die.low = address();
			break;
	}
}
