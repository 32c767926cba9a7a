/** This file finds the calls of aarch64 code that are pointed past the counter of the function that they enter. */

import {functionStarts} from '../../binding/function-starts.js';
import {frameStarts} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import {codeAt} from '../code-at.js';
import type {Entry, Redirection} from '../entry.js';
import {aarch64LandingPad} from './landing-pad.js';
import {callTarget, jumpTarget, wordAt} from './relocate.js';

/** Calls of the functions by themselves; and jumps to those of `folded` which are all that a function is. */
export function findAarch64Redirections(
	elf: Elf,
	entries: readonly Entry[],
	folded: ReadonlySet<number>,
): readonly Redirection[] {
	return [...entries.flatMap(entry => recursiveCalls(elf, entry)), ...thunks(elf, folded)];
}

/** Every BL and B to a function from elsewhere in the object's code; what a function has of itself is among its redirections. */
export function findAarch64BoundCalls(elf: Elf, entries: readonly Entry[]): readonly Redirection[] {
	const byPlace = new Map(entries.flatMap(entry => [[entry.address, entry] as const, [entry.at, entry] as const]));
	return elf.segments
		.filter(({type, executable}) => type === 'load' && executable)
		.flatMap(({address, fileSize}) => {
			const code = codeAt(elf, address, fileSize);
			if (code === null) return [];
			const found: Redirection[] = [];
			for (let offset = (4 - (address & 3)) & 3; offset + 4 <= code.length; offset += 4) {
				const [at, word] = [address + offset, wordAt(code, offset)];
				// Nothing that has a condition reaches a stub.
				const isJump = word >>> 26 === 0b000101;
				const target = callTarget(word, at) ?? (isJump ? jumpTarget(word, at) : null);
				const entry = target === null ? undefined : byPlace.get(target);
				if (entry === undefined || (at >= entry.address && at < entry.address + entry.size)) continue;
				found.push({at, operand: at, original: word, entry: entry.address});
			}
			return found;
		});
}

function recursiveCalls(elf: Elf, {address, size}: Entry): readonly Redirection[] {
	const code = codeAt(elf, address, size);
	if (code === null) return [];
	const found: Redirection[] = [];
	for (let offset = 0; offset + 4 <= code.length; offset += 4) {
		const [at, word] = [address + offset, wordAt(code, offset)];
		if (callTarget(word, at) === address) found.push({at, operand: at, original: word, entry: address});
	}
	return found;
}

function thunks(elf: Elf, folded: ReadonlySet<number>): readonly Redirection[] {
	if (folded.size === 0) return [];
	const behindPad = (start: number) => start + aarch64LandingPad(codeAt(elf, start, 4) ?? new Uint8Array(4));
	const starts = new Set([...functionStarts(elf), ...frameStarts(elf, elf.segments)].map(behindPad));
	return [...starts].flatMap(at => {
		const code = codeAt(elf, at, 4);
		if (code === null) return [];
		const word = wordAt(code, 0);
		const target = jumpTarget(word, at);
		const isJump = word >>> 26 === 0b000101;
		return isJump && target !== null && folded.has(target) ? [{at, operand: at, original: word, entry: target}] : [];
	});
}
