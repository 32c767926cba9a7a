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

/** As Promise.all, but where one fails the others are waited for: what they use must not be taken from under them. */
export async function allOf<T extends readonly unknown[] | []>(
	works: T,
): Promise<{-readonly [index in keyof T]: Awaited<T[index]>}> {
	const failed = (await Promise.allSettled(works)).find(({status}) => status === 'rejected');
	if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
	return Promise.all(works);
}
