/** This file reads one output of a child, keeps what fits, and does not wait for a process that outlives the child and holds the pipe open. */

import type {Readable} from 'node:stream';

export interface Collected {
	readonly text: string;
	readonly truncated: boolean;
}

export interface Collector {
	/** To be called once the process behind the stream is reaped: what it wrote is in the pipe by then. */
	finish(): Promise<Collected>;
}

/** How long a stream may stay open and silent after its process is gone: a daemon of it may hold the other end. */
const patience = 1000;

/** Keeps the first `bound` bytes; reads on, and drops, what follows. */
export function collect(stream: Readable | null, bound: number): Collector {
	const chunks: Buffer[] = [];
	let kept = 0;
	let truncated = false;
	stream?.on('data', (chunk: Buffer) => {
		const part = chunk.subarray(0, bound - kept);
		truncated ||= part.length < chunk.length;
		kept += part.length;
		if (part.length > 0) chunks.push(part);
	});
	const closed = stream === null ? Promise.resolve() : closing(stream);
	return {
		async finish() {
			if (stream !== null) await closedOrSilent(stream, closed);
			return {text: Buffer.concat(chunks).toString('utf8'), truncated};
		},
	};
}

function closing(stream: Readable): Promise<void> {
	return new Promise(resolve => {
		stream.on('error', () => resolve());
		stream.once('close', () => resolve());
	});
}

async function closedOrSilent(stream: Readable, closed: Promise<void>): Promise<void> {
	let heard = false;
	// The timer may also fire because our own event loop was blocked for that long. What arrived meanwhile is still in the pipe,
	// and is read before `setImmediate` calls back.
	const silent = () => {
		heard = false;
		setImmediate(() => (heard ? timer.refresh() : stream.destroy()));
	};
	const timer = setTimeout(silent, patience);
	stream.on('data', () => {
		heard = true;
		timer.refresh();
	});
	await closed;
	clearTimeout(timer);
}
