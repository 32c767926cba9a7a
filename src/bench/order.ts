/** This file orders the runs of a round, so that what drifts on the machine drifts for all builds alike. Pure. */

/** A B, then B A: each round backwards from the one before, begun one further on. */
export function roundOrder(targets: number, round: number): readonly number[] {
	const start = Math.floor(round / 2) % targets;
	const order = Array.from({length: targets}, (_, index) => (start + index) % targets);
	return round % 2 === 0 ? order : order.reverse();
}
