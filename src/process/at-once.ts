/** This file does the same work on many things, a few at a time, and keeps their order. */

export async function atOnce<T, R>(limit: number, things: readonly T[], work: (thing: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	const entries = things.entries();
	const worker = async () => {
		for (const [index, thing] of entries) results[index] = await work(thing);
	};
	await Promise.all(Array.from({length: Math.min(limit, things.length)}, worker));
	return results;
}
