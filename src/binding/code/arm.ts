/**
 * This file decodes the arm instructions that refer to functions, in both instruction sets: ARM, of words, and Thumb, of one or two
 * half words. Mapping symbols tell which is which, and where data lies between.
 */

import type {ArmContext} from './arm-context.js';
import {decodeArmWord} from './arm-words.js';
import type {CodeRange, CodeVisitor, Decode} from './code.js';
import {KnownRegisters} from './known-registers.js';
import {decodeThumb, isWide} from './thumb.js';

/** What begins at an address: by the mapping symbols `$a`, `$t` and `$d`. */
export type ArmSpans = ReadonlyMap<number, 'arm' | 'thumb' | 'data'>;

export function decoderOfArm(spans: ArmSpans): Decode {
	return (ranges, starts, _options, visitor) => {
		const functions = new Set(starts);
		for (const range of ranges) decodeRange(range, functions, spans, visitor);
	};
}

function decodeRange(
	{address, bytes}: CodeRange,
	functions: ReadonlySet<number>,
	spans: ArmSpans,
	visitor: CodeVisitor,
): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const registers = new KnownRegisters();
	const context: ArmContext = {view, begin: address, registers, visitor, conditional: 0};
	let mode = spanBefore(spans, address);
	for (let offset = address & 1; offset + 2 <= bytes.length; ) {
		const at = address + offset;
		mode = spans.get(at) ?? mode;
		if (functions.has(at)) {
			registers.begin();
			context.conditional = 0;
		}
		registers.reach(at);
		if (mode === 'data') {
			offset += 2;
			continue;
		}
		if (mode === 'arm') {
			if (at % 4 === 0 && offset + 4 <= bytes.length) decodeArmWord(view.getUint32(offset, true), at, context);
			offset += at % 4 === 0 ? 4 : 2;
			continue;
		}
		const first = view.getUint16(offset, true);
		// What a symbol says to begin within is no instruction.
		const whole = isWide(first) && offset + 4 <= bytes.length && !spans.has(at + 2);
		decodeThumb(first, whole ? view.getUint16(offset + 2, true) : null, at, context);
		offset += whole ? 4 : 2;
	}
}

/** A range may begin between two symbols. */
function spanBefore(spans: ArmSpans, address: number): 'arm' | 'thumb' | 'data' {
	let nearest = Number.NEGATIVE_INFINITY;
	for (const at of spans.keys()) if (at <= address && at > nearest) nearest = at;
	return spans.get(nearest) ?? 'arm';
}
