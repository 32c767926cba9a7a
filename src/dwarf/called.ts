/**
 * This file tells the copies that a call in the source asked for from the others. The compiler makes calls of its own: to a function of
 * which it made one with another that it found to be the same, or to the half of one that it split. And where it splits a function after
 * something was inlined into it, each half, itself inlined, has a part of that, which was called once.
 */

import type {SourceFunction, SourcePlace} from './functions.js';

interface Copy {
	readonly function: SourceFunction;
	readonly within: Body | null;
	readonly inside: Copy | null;
	readonly call: SourcePlace | null;
}

interface Body {
	readonly function: SourceFunction;
}

/** What was called where, beginning with the body that has all of it. Two copies of one call have the same. */
class Way {
	readonly #further = new Map<SourceFunction, Map<string, Way>>();

	to(called: SourceFunction, place: string): Way {
		const ways = this.#further.get(called) ?? new Map<string, Way>();
		this.#further.set(called, ways);
		const way = ways.get(place) ?? new Way();
		ways.set(place, way);
		return way;
	}
}

interface Step {
	readonly way: Way;
	/** Whether it stands in a second half. */
	readonly isInHalf: boolean;
}

export class CalledCopies {
	readonly #bodies = new Map<Body, Way>();
	readonly #steps = new Map<Copy, Step>();

	/** Of all copies of a function, or of several. Errors: ElfError, of reading where they are called. */
	among<T extends Copy>(copies: readonly T[]): readonly T[] {
		const called = copies.filter(isCalled);
		const steps = new Map(called.map(copy => [copy, this.#stepOf(copy)]));
		const first = new Set([...steps.values()].flatMap(step => (step?.isInHalf === false ? [step.way] : [])));
		return called.filter(copy => {
			const step = steps.get(copy);
			return !(step?.isInHalf && first.has(step.way));
		});
	}

	/** Undefined where it stands in no body. */
	#stepOf(copy: Copy): Step | undefined {
		const {within} = copy;
		if (within === null) return undefined;
		const unknown: Copy[] = [];
		for (let one: Copy | null = copy; one !== null && !this.#steps.has(one); one = one.inside) unknown.push(one);
		for (const one of unknown.reverse()) this.#steps.set(one, this.#further(one, within));
		return this.#steps.get(copy);
	}

	#further(copy: Copy, within: Body): Step {
		const {inside} = copy;
		const before = (inside && this.#steps.get(inside)) ?? {way: this.#wayOf(within), isInHalf: false};
		const isHalf = copy.function === (inside ?? within).function && !isCalled(copy);
		return isHalf ? {...before, isInHalf: true} : {...before, way: before.way.to(copy.function, placeOf(copy))};
	}

	#wayOf(body: Body): Way {
		const way = this.#bodies.get(body) ?? new Way();
		this.#bodies.set(body, way);
		return way;
	}
}

/** No call in the source stands where the function that it calls begins: the compiler gives its own calls that place. */
function isCalled({call, function: {declared}}: Copy): boolean {
	return call === null || declared === null || call.line !== declared.line || call.column !== declared.column;
}

function placeOf({call}: Copy): string {
	return call === null ? '' : `${call.line}:${call.column}`;
}
