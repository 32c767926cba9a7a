/** This file writes numbers and strings one after the other, little-endian as every CPU that has a trampoline. */

export class Output {
	readonly bytes: Buffer;
	readonly #view: DataView;
	#at = 0;

	constructor(size: number) {
		this.bytes = Buffer.alloc(size);
		this.#view = viewOf(this.bytes);
	}

	half(...values: readonly number[]): this {
		for (const value of values) {
			this.#view.setUint16(this.#at, value, true);
			this.#at += 2;
		}
		return this;
	}

	/** Of 32 bits. */
	word(...values: readonly number[]): this {
		for (const value of values) {
			this.#view.setUint32(this.#at, value, true);
			this.#at += 4;
		}
		return this;
	}

	/** Of 64 bits; a number is exact up to 2^53, which no address or size of ours comes near. */
	double(...values: readonly number[]): this {
		for (const value of values) {
			this.#view.setUint32(this.#at, value, true);
			this.#view.setUint32(this.#at + 4, value / 2 ** 32, true);
			this.#at += 8;
		}
		return this;
	}

	put(bytes: Uint8Array): this {
		this.bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}
}

export function viewOf({buffer, byteOffset, byteLength}: Uint8Array): DataView {
	return new DataView(buffer, byteOffset, byteLength);
}

/** Names, each ending with a zero byte, and where each begins. */
export class Strings {
	readonly #known = new Map<string, number>();
	#text = '';
	#size = 0;

	add(text: string): number {
		const known = this.#known.get(text);
		if (known !== undefined) return known;
		const at = this.#size;
		this.#known.set(text, at);
		this.#text += `${text}\0`;
		this.#size += Buffer.byteLength(text) + 1;
		return at;
	}

	get bytes(): Buffer {
		return Buffer.from(this.#text);
	}
}

export function aligned(value: number, to: number): number {
	return Math.ceil(value / to) * to;
}
