/** This file writes numbers and strings one after the other, little-endian as every CPU that has a trampoline. */

export class Output {
	readonly bytes: Buffer;
	#at = 0;

	constructor(size: number) {
		this.bytes = Buffer.alloc(size);
	}

	half(...values: readonly number[]): this {
		for (const value of values) this.#at = this.bytes.writeUInt16LE(value, this.#at);
		return this;
	}

	/** Of 32 bits. */
	word(...values: readonly number[]): this {
		for (const value of values) this.#at = this.bytes.writeUInt32LE(value >>> 0, this.#at);
		return this;
	}

	/** Of 64 bits; a number is exact up to 2^53, which no address or size of ours comes near. */
	double(...values: readonly (number | bigint)[]): this {
		for (const value of values) this.#at = this.bytes.writeBigUInt64LE(BigInt(value), this.#at);
		return this;
	}

	put(bytes: Uint8Array): this {
		this.bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}
}

/** Names, each ending with a zero byte, and where each begins. */
export class Strings {
	readonly #parts: Buffer[] = [];
	readonly #known = new Map<string, number>();
	#size = 0;

	add(text: string): number {
		const known = this.#known.get(text);
		if (known !== undefined) return known;
		const at = this.#size;
		const part = Buffer.from(`${text}\0`);
		this.#parts.push(part);
		this.#known.set(text, at);
		this.#size += part.length;
		return at;
	}

	get bytes(): Buffer {
		return Buffer.concat(this.#parts);
	}
}

export function aligned(value: number, to: number): number {
	return Math.ceil(value / to) * to;
}
