/**
 * This file follows what registers hold through a function, where an address is put together from several instructions, or read
 * from a GOT slot. A compiler may put a branch between them: so what is known at a forward branch is kept for its target, and
 * where several ways meet, only what all of them know stays. Backward branches bring in nothing: what a loop's first pass knows
 * is what it was entered with.
 */

/** An address, or what the memory word at an address holds. */
type Known =
	| {readonly kind: 'address'; readonly value: number; readonly isTold: boolean}
	| {readonly kind: 'content'; readonly of: number}
	| {readonly kind: 'number'; readonly value: number};

export class KnownRegisters {
	#now: Map<number, Known> = new Map();
	/** Whether the instruction before runs on into the next. */
	#isReached = true;
	readonly #ahead = new Map<number, ReadonlyMap<number, Known>>();

	/** At a function's first instruction. */
	begin(): void {
		this.#now = new Map();
		this.#isReached = true;
		this.#ahead.clear();
	}

	/** Before each instruction. */
	reach(at: number): void {
		const brought = this.#ahead.get(at);
		if (brought !== undefined) {
			this.#now = this.#isReached ? common(this.#now, brought) : new Map(brought);
			this.#ahead.delete(at);
		} else if (!this.#isReached && this.#now.size > 0) {
			// Reached from behind or through a table of addresses.
			this.#now = new Map();
		}
		this.#isReached = true;
	}

	branch(at: number, target: number): void {
		if (target <= at) return;
		const other = this.#ahead.get(target);
		this.#ahead.set(
			target,
			other === undefined ? (this.#now.size === 0 ? nothing : new Map(this.#now)) : common(this.#now, other),
		);
	}

	/** What follows is not run next: a jump, a return. */
	stop(): void {
		this.#isReached = false;
	}

	address(register: number): number | undefined {
		const known = this.#now.get(register);
		return known?.kind === 'address' ? known.value : undefined;
	}

	/** Says that the address in the register is complete, and was told of as such: a call to it is no further reference. */
	tell(register: number): void {
		const known = this.#now.get(register);
		if (known?.kind === 'address') this.#now.set(register, {...known, isTold: true});
	}

	isTold(register: number): boolean {
		const known = this.#now.get(register);
		return known?.kind === 'address' && known.isTold;
	}

	/** The address of the word that it was loaded from. */
	content(register: number): number | undefined {
		const known = this.#now.get(register);
		return known?.kind === 'content' ? known.of : undefined;
	}

	setAddress(register: number, value: number | undefined): void {
		if (value === undefined) this.#now.delete(register);
		else this.#now.set(register, {kind: 'address', value, isTold: false});
	}

	setContent(register: number, of: number | undefined): void {
		if (of === undefined) this.#now.delete(register);
		else this.#now.set(register, {kind: 'content', of});
	}

	/** A distance, which makes an address of another one. */
	number(register: number): number | undefined {
		const known = this.#now.get(register);
		return known?.kind === 'number' ? known.value : undefined;
	}

	setNumber(register: number, value: number | undefined): void {
		if (value === undefined) this.#now.delete(register);
		else this.#now.set(register, {kind: 'number', value});
	}

	move(to: number, from: number): void {
		const known = this.#now.get(from);
		if (known === undefined) this.#now.delete(to);
		else this.#now.set(to, known);
	}

	forget(...registers: readonly number[]): void {
		if (this.#now.size === 0) return;
		for (const register of registers) this.#now.delete(register);
	}
}

const nothing: ReadonlyMap<number, Known> = new Map();

function common(one: ReadonlyMap<number, Known>, other: ReadonlyMap<number, Known>): Map<number, Known> {
	const both = new Map<number, Known>();
	for (const [register, known] of one) {
		const there = other.get(register);
		if (there !== undefined && isSame(known, there)) both.set(register, known);
	}
	return both;
}

function isSame(one: Known, other: Known): boolean {
	if (one.kind === 'content') return other.kind === 'content' && one.of === other.of;
	return other.kind === one.kind && one.value === other.value;
}
