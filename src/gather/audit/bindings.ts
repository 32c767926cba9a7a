/** This file reads what the loader says it bound: the lines of LD_DEBUG=bindings. */

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

export interface Bindings {
	/** Every object that was bound or bound to. The program itself has the name that it was started by. */
	readonly objects: ReadonlySet<string>;
	/** Where the object's references to the symbol lead; undefined where none was bound. */
	boundTo(object: string, symbol: string): string | undefined;
	/** What the loader was asked for while the program ran, by relocations of what was opened then and by dlsym. */
	readonly later: readonly BoundName[];
	/** Those that were there when the program began: all their relocations were bound before. */
	readonly startup: ReadonlySet<string>;
}

/** By dlsym on a handle the object is the handle's; with RTLD_DEFAULT or RTLD_NEXT it is whoever asks. */
export interface BoundName {
	readonly object: string;
	readonly to: string;
	readonly symbol: string;
}

const debugName = 'loader';

/** The environment that makes the loader write them; `libs` adds where a program begins. */
export function debugEnvironment(folder: string): Record<string, string> {
	return {LD_DEBUG: 'bindings,libs', LD_DEBUG_OUTPUT: join(folder, debugName), LD_BIND_NOW: '1'};
}

/** A program of a process: the first is 0, what it executes in its place is 1. */
export interface ProgramId {
	readonly process: number;
	readonly program: number;
}

/** Null where the loader wrote nothing, as it does in a process with raised privileges. Without an id, the first process's. */
export function readBindings(folder: string, id: ProgramId | null): Bindings | null {
	const processes = readdirSync(folder).map(name => Number(name.slice(debugName.length + 1)));
	const process = id?.process ?? Math.min(...processes);
	if (!processes.includes(process)) return null;
	return parseBindings(readFileSync(join(folder, `${debugName}.${process}`), 'utf8'), id?.program ?? 0);
}

const line = /^\s*\d+:\s+binding file (.+) \[0\] to (.+) \[0\]: (?:normal|protected) symbol `([^']+)'/;

function parseBindings(text: string, program: number): Bindings {
	const [before = '', after = ''] = text.split(/transferring control: .*\n/).slice(program);
	const bound = new Map<string, string>();
	const objects = new Set<string>();
	const startup = new Set<string>();
	const later: BoundName[] = [];
	const read = (lines: string, isStart: boolean) => {
		for (const one of lines.split('\n')) {
			const [, object, to, symbol] = line.exec(one) ?? [];
			if (object === undefined || to === undefined || symbol === undefined) continue;
			objects.add(object).add(to);
			if (isStart) startup.add(object).add(to);
			else later.push({object, to, symbol});
			const key = `${object}\0${symbol}`;
			// An executable's pointers lead to its own PLT stub, and that stub where its slot leads.
			if (!bound.has(key) || (isStart && to !== object)) bound.set(key, to);
		}
	};
	// What stands before is what the program before it left, and then this one's relocations.
	read(before, true);
	// What follows a relocation may be a lookup by dlsym, on a handle of the object.
	read(after, false);
	return {objects, later, startup, boundTo: (object, symbol) => bound.get(`${object}\0${symbol}`)};
}
