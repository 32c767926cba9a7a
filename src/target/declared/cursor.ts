/** This file reads DWARF's numbers and strings, one after the other. */

import type {Bytes} from '../../elf/bytes.js';

/** Errors: ElfError for every read beyond the end. */
export class Cursor {
	constructor(
		readonly bytes: Bytes,
		public at: number,
	) {}

	unsigned(size: 1 | 2 | 3 | 4 | 8): number {
		const at = this.at;
		this.skip(size);
		switch (size) {
			case 1:
				return this.bytes.u8(at);
			case 2:
				return this.bytes.u16(at);
			case 3:
				return this.#threeBytes(at);
			case 4:
				return this.bytes.u32(at);
			case 8:
				return this.bytes.high(at) * 2 ** 32 + this.bytes.low(at);
		}
	}

	/** LEB128. What is above 2^53 loses its low bits, and then lies outside of any section. */
	uleb(): number {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.unsigned(1);
			value += (byte & 0x7f) * scale;
			if (byte < 0x80) return value;
		}
	}

	string(): string {
		const end = this.bytes.all.indexOf(0, this.at);
		const length = (end < 0 ? this.bytes.length : end) - this.at;
		const text = Buffer.from(this.bytes.slice(this.at, length, 'string')).toString('utf8');
		this.at += length + 1;
		return text;
	}

	skip(size: number): void {
		this.bytes.need(this.at, size, 'debug information');
		this.at += size;
	}

	#threeBytes(at: number): number {
		const [low, high] = this.bytes.format.littleEndian ? [at, at + 2] : [at + 1, at];
		const middle = this.bytes.u16(low);
		return this.bytes.format.littleEndian
			? middle + this.bytes.u8(high) * 2 ** 16
			: this.bytes.u8(high) * 2 ** 16 + middle;
	}
}
