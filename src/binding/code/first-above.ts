/** This file finds the place of a number among sorted ones. */

/** The index of the first one that is above; how many there are where none is. */
export function firstAbove(sorted: ArrayLike<number>, value: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((sorted[middle] as number) <= value) low = middle + 1;
		else high = middle;
	}
	return low;
}
