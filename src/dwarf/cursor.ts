/** This file reads DWARF's numbers and strings, one after the other. */

import type {Bytes} from '../elf/bytes.js';
import {ElfError} from '../errors.js';

/** Errors: ElfError for every read beyond the end. */
export class Cursor {
	readonly #view: DataView;
	readonly #littleEndian: boolean;

	constructor(
		readonly bytes: Bytes,
		public at: number,
	) {
		this.#view = bytes.view;
		this.#littleEndian = bytes.format.littleEndian;
	}

	u8(): number {
		const {at} = this;
		this.skip(1);
		return this.#view.getUint8(at);
	}

	unsigned(size: 1 | 2 | 3 | 4 | 8): number {
		const {at} = this;
		this.skip(size);
		switch (size) {
			case 1:
				return this.#view.getUint8(at);
			case 2:
				return this.#view.getUint16(at, this.#littleEndian);
			case 3:
				return this.#threeBytes(at);
			case 4:
				return this.#view.getUint32(at, this.#littleEndian);
			case 8:
				return this.bytes.high(at) * 2 ** 32 + this.bytes.low(at);
		}
	}

	/** An address of the target, whose size a unit's header tells. */
	address(size: number): number {
		if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
			throw new ElfError(`The debug information has addresses of ${size} bytes`, this.at);
		}
		return this.unsigned(size);
	}

	/** LEB128. What is above 2^53 loses its low bits, and then lies outside of any section. */
	uleb(): number {
		let byte = this.u8();
		if (byte < 0x80) return byte;
		let value = byte & 0x7f;
		for (let scale = 128; ; scale *= 128) {
			byte = this.u8();
			value += (byte & 0x7f) * scale;
			if (byte < 0x80) return value;
		}
	}

	string(): string {
		const {at} = this;
		this.skipString();
		return Buffer.from(this.bytes.slice(at, this.at - 1 - at, 'string')).toString('utf8');
	}

	/** A string without an end is taken to end with the section. */
	skipString(): void {
		this.skip(0);
		const end = this.bytes.all.indexOf(0, this.at);
		this.at = (end < 0 ? this.bytes.length : end) + 1;
	}

	skip(size: number): void {
		const end = this.at + size;
		if (!(end <= this.bytes.length && this.at >= 0)) this.bytes.need(this.at, size, 'debug information');
		this.at = end;
	}

	#threeBytes(at: number): number {
		const [low, high] = this.#littleEndian ? [at, at + 2] : [at + 1, at];
		const middle = this.#view.getUint16(low, this.#littleEndian);
		const last = this.#view.getUint8(high);
		return this.#littleEndian ? middle + last * 2 ** 16 : last * 2 ** 16 + middle;
	}
}
