/** This file tells by how much counts grow with the rounds of a program: what start-up adds falls out, and one process compares with another. */

export type Counts = ReadonlyMap<string, number>;

/** Counts of `rounds` rounds: those of twice as many, less those of as many. */
export function growthOf(counted: (rounds: number) => Counts, rounds: number): Counts {
	const [once, twice] = [counted(rounds), counted(2 * rounds)];
	return new Map([...twice].map(([symbol, calls]) => [symbol, calls - (once.get(symbol) ?? 0)]));
}

/** One line for each symbol of which two witnesses say different numbers. */
export function differences(
	symbols: readonly string[],
	ours: Counts,
	theirs: Counts,
	witness: string,
): readonly string[] {
	return symbols
		.filter(symbol => (ours.get(symbol) ?? 0) !== (theirs.get(symbol) ?? 0))
		.map(
			symbol => `${symbol} is counted ${ours.get(symbol) ?? 0} times, and ${witness} sees ${theirs.get(symbol) ?? 0}`,
		);
}
