/** This file begins with what is expected before it is known, and ends what was begun in vain. */

export interface Early<T, R> {
	/** Begins the work on what is expected. Its errors are told to those alone who ask for its result. */
	begin(expected: T): void;
	/** Of what was begun, where it is that very object; of all else the work begins now. */
	result(known: T): Promise<R>;
	/** Ends all that nobody has asked for, and waits until it has ended. */
	end(): Promise<void>;
}

/** `work` is to end early once its signal is aborted: at the abort of `signal`, or where it was begun in vain. */
export function beginningEarly<T extends object, R>(
	work: (of: T, signal: AbortSignal) => Promise<R>,
	signal: AbortSignal,
): Early<T, R> {
	const begun = new Map<T, Promise<R>>();
	const vain = new AbortController();
	return {
		begin(expected) {
			const result = work(expected, AbortSignal.any([signal, vain.signal]));
			result.catch(() => {});
			begun.set(expected, result);
		},
		async result(known) {
			const result = begun.get(known);
			begun.delete(known);
			return result ?? work(known, signal);
		},
		async end() {
			vain.abort(new Error('This was begun in vain.'));
			await Promise.allSettled(begun.values());
		},
	};
}
