/** This file takes objdump's text apart into lines, and follows what registers hold in it. */

import {run} from './tool.js';

export type Lines = readonly {
	readonly section: string;
	readonly address: number;
	readonly mnemonic: string;
	readonly rest: string;
	/** A symbol stands before it. */
	readonly isLabelled: boolean;
}[];

export interface Operands {
	readonly branch: 'call' | 'jump' | null;
	readonly lea: boolean;
	readonly throughMemory: boolean;
	readonly target: number | null;
}

export function operands(branch: Operands['branch'], target: number | null): Operands {
	return {branch, lea: false, throughMemory: false, target};
}

export function linesOf(tool: string, path: string): Lines {
	const lines: {section: string; address: number; mnemonic: string; rest: string; isLabelled: boolean}[] = [];
	let section = '';
	let isLabelled = false;
	for (const line of run(tool, ['-d', '--no-show-raw-insn', '-w', path]).split('\n')) {
		if (line.startsWith('Disassembly of section ')) section = line.slice(23, -1);
		const colon = line.indexOf(':\t');
		if (colon < 0) {
			if (line.endsWith('>:')) isLabelled = true;
			continue;
		}
		const [mnemonic = '', rest = ''] = line.slice(colon + 2).split(/[\t ]+(.*)/);
		lines.push({section, address: Number.parseInt(line.slice(0, colon).trim(), 16), mnemonic, rest, isLabelled});
		isLabelled = false;
	}
	return lines;
}

/** By name: an address, or a word in memory that was loaded. */
export class TextRegisters {
	readonly #addresses = new Map<string, number>();
	readonly #words = new Map<string, number>();

	readonly #ahead = new Map<number, readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>]>();

	clear(): void {
		this.#addresses.clear();
		this.#words.clear();
	}

	/** At a label: nothing of another function. */
	begin(): void {
		this.clear();
		this.#ahead.clear();
	}

	/** A forward branch brings what is known to its target, unless the text before the target knows better. */
	branch(at: number, target: number): void {
		if (target > at && !this.#ahead.has(target)) {
			this.#ahead.set(target, [new Map(this.#addresses), new Map(this.#words)]);
		}
	}

	reach(at: number, isRunInto: boolean): void {
		const brought = this.#ahead.get(at);
		if (brought === undefined || isRunInto) return;
		for (const [name, value] of brought[0]) this.#addresses.set(name, value);
		for (const [name, value] of brought[1]) this.#words.set(name, value);
	}

	forget(which: string | RegExp): void {
		for (const known of [this.#addresses, this.#words]) {
			if (typeof which === 'string') known.delete(which);
			else for (const name of known.keys()) if (which.test(name)) known.delete(name);
		}
	}

	address(name: string): number | undefined {
		return this.#addresses.get(name);
	}

	word(name: string): number | undefined {
		return this.#words.get(name);
	}

	setAddress(name: string, value: number): void {
		this.#addresses.set(name, value);
	}

	setWord(name: string, address: number): void {
		this.#words.set(name, address);
	}
}
