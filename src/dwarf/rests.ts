/**
 * This file finds copies that are the rest of another one: a function was split in two after something had been inlined into it, and now
 * each half, itself inlined, has a part of that. It was called once.
 */

import {DW_AT} from './abi.js';
import type {Die} from './dies.js';
import {placeOf, type SourceFunction} from './functions.js';

interface Copy {
	readonly function: SourceFunction;
	readonly within: Body | null;
	readonly inside: Copy | null;
	readonly called: boolean;
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

/** `copyOf`: each after what it stands in. */
export function restsOfCopies<T extends Copy>(copyOf: ReadonlyMap<Die, T>): readonly T[] {
	const bodies = new Map<Body, Way>();
	const steps = new Map<Copy, Step>();
	for (const [die, copy] of copyOf) {
		const {within, inside} = copy;
		if (within === null) continue;
		const before = (inside && steps.get(inside)) ?? {way: wayOf(bodies, within), isInHalf: false};
		const isHalf = !copy.called && copy.function === (inside ?? within).function;
		steps.set(
			copy,
			isHalf ? {...before, isInHalf: true} : {...before, way: before.way.to(copy.function, placeIn(die))},
		);
	}
	const called = [...copyOf.values()].filter(copy => copy.called);
	const first = new Set(called.flatMap(copy => (steps.get(copy)?.isInHalf === false ? [steps.get(copy)?.way] : [])));
	return called.filter(copy => steps.get(copy)?.isInHalf === true && first.has(steps.get(copy)?.way));
}

function wayOf(bodies: Map<Body, Way>, body: Body): Way {
	const way = bodies.get(body) ?? new Way();
	bodies.set(body, way);
	return way;
}

function placeIn(die: Die): string {
	const place = placeOf(die, DW_AT.call_line, DW_AT.call_column);
	return place === null ? '' : `${place.line}:${place.column}`;
}
