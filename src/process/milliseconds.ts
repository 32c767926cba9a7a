/** This file tells a time limit as timers take it. */

/** Rounded up. A longer delay than a timer can have would fire at once: it is the longest, then. */
export function milliseconds(seconds: number): number {
	return Math.min(Math.ceil(seconds * 1000), longestDelay);
}

const longestDelay = 2 ** 31 - 1;
