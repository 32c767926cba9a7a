/** This file reads numbers and strings out of a file's bytes; every read is bounded, and a bad one is an ElfError. */

import {ElfError} from '../errors.js';

/** How an object writes its numbers. */
export interface Format {
	/** ELFCLASS64 rather than ELFCLASS32: how wide addresses, offsets and sizes are. */
	readonly is64: boolean;
	readonly littleEndian: boolean;
}

/**
 * Words are numbers, which hold integers exactly up to 2^53. A larger word loses its low bits, which harms nobody: no offset
 * or address of a real file is that large, so such a word fails the bounds check or equals no address at all.
 */
export class Bytes {
	readonly length: number;
	/** To read a table that was checked as a whole, by `need`, faster than field by field. */
	readonly view: DataView;

	constructor(
		readonly all: Uint8Array,
		readonly format: Format,
	) {
		this.length = all.length;
		this.view = new DataView(all.buffer, all.byteOffset, all.byteLength);
	}

	/** Errors: ElfError unless [offset, offset + size) lies in the file. */
	need(offset: number, size: number, what: string): void {
		if (!(offset >= 0 && size >= 0 && offset + size <= this.length)) {
			throw new ElfError(`The ${what} lies outside the file`, offset);
		}
	}

	u8(offset: number): number {
		this.need(offset, 1, 'byte');
		return this.view.getUint8(offset);
	}

	u16(offset: number): number {
		this.need(offset, 2, 'half word');
		return this.view.getUint16(offset, this.format.littleEndian);
	}

	u32(offset: number): number {
		this.need(offset, 4, 'word');
		return this.view.getUint32(offset, this.format.littleEndian);
	}

	i32(offset: number): number {
		return this.u32(offset) | 0;
	}

	/** Where the lower and the upper half of a double word stand in it. */
	get halves(): {readonly low: number; readonly high: number} {
		return this.format.littleEndian ? {low: 0, high: 4} : {low: 4, high: 0};
	}

	/** An address, offset or size of this object's width. */
	word(offset: number): number {
		return this.format.is64 ? this.high(offset) * 2 ** 32 + this.low(offset) : this.u32(offset);
	}

	signedWord(offset: number): number {
		return this.format.is64 ? (this.high(offset) | 0) * 2 ** 32 + this.low(offset) : this.i32(offset);
	}

	/** The lower half of a double word. */
	low(offset: number): number {
		return this.u32(this.format.littleEndian ? offset : offset + 4);
	}

	/** The upper half of a double word. */
	high(offset: number): number {
		return this.u32(this.format.littleEndian ? offset + 4 : offset);
	}

	slice(offset: number, size: number, what: string): Uint8Array {
		this.need(offset, size, what);
		return this.all.subarray(offset, offset + size);
	}
}
