/** This file keeps what decoding an object's code gives: a check asks for it twice, for what refers to functions, and for the calls to count. */

import type {Elf} from '../elf/elf.js';
import type {CodeRange, CodeVisitor, Decode} from './code/code.js';
import {functionStarts} from './function-starts.js';

/** Visits all of an object's code: decodes it, unless that was done. `code` is the object's, as `codeRanges` gives it. */
export function visitDecoded(elf: Elf, decode: Decode, code: readonly CodeRange[], visitor: CodeVisitor): void {
	const known = kept.get(elf);
	if (known !== undefined) {
		known.play(visitor);
		return;
	}
	const recording = new Recording();
	decode(code, functionStarts(elf), {fixedAddress: elf.header.type === 'executable'}, recording.before(visitor));
	kept.set(elf, recording);
}

const kept = new WeakMap<Elf, Recording>();

const [direct, call, indirect, indirectCall, address] = [0, 1, 2, 3, 4];

/** Three numbers a reference: an object for each would take longer to make than to decode. */
class Recording {
	#kinds = new Uint8Array(1 << 14);
	#places = new Float64Array(1 << 14);
	#targets = new Float64Array(1 << 14);
	#count = 0;

	before(visitor: CodeVisitor): CodeVisitor {
		return {
			direct: (at, target, isCall) => {
				this.add(isCall ? call : direct, at, target);
				visitor.direct(at, target, isCall);
			},
			indirect: (at, slot, isCall) => {
				this.add(isCall ? indirectCall : indirect, at, slot);
				visitor.indirect(at, slot, isCall);
			},
			address: (at, target) => {
				this.add(address, at, target);
				visitor.address(at, target);
			},
		};
	}

	play(visitor: CodeVisitor): void {
		for (let index = 0; index < this.#count; index += 1) {
			const [kind, at, target] = [this.#kinds[index], this.#places[index] as number, this.#targets[index] as number];
			if (kind === address) visitor.address(at, target);
			else if (kind === direct || kind === call) visitor.direct(at, target, kind === call);
			else visitor.indirect(at, target, kind === indirectCall);
		}
	}

	private add(kind: number, at: number, target: number): void {
		if (this.#count === this.#kinds.length) this.grow();
		this.#kinds[this.#count] = kind;
		this.#places[this.#count] = at;
		this.#targets[this.#count] = target;
		this.#count += 1;
	}

	private grow(): void {
		const size = 2 * this.#kinds.length;
		const [kinds, places, targets] = [new Uint8Array(size), new Float64Array(size), new Float64Array(size)];
		kinds.set(this.#kinds);
		places.set(this.#places);
		targets.set(this.#targets);
		[this.#kinds, this.#places, this.#targets] = [kinds, places, targets];
	}
}
