/** This file computes the hash of a name by which DT_GNU_HASH finds it. */

/** 32 bits, with a sign. A character of the name stands for a byte (latin1). */
export function gnuHash(name: string): number {
	let hash = 5381;
	for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 33) + name.charCodeAt(at)) | 0;
	return hash;
}
