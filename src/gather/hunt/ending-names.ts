/** This file finds which of many names a text among some bytes ends with: in one pass, whatever the number of names. */

/** What it returns adds to `found` each name that stands before a NUL in the bytes it is given. */
export function endingNames(names: Iterable<string>, found: Set<string>): (bytes: Uint8Array) => void {
	const byLastByte = Array.from({length: 256}, (): string[] => []);
	for (const name of names) byLastByte[name.charCodeAt(name.length - 1)]?.push(name);
	return bytes => {
		for (let end = 1; end < bytes.length; end++) {
			// Most of the zeros stand in a row.
			if (bytes[end] !== 0 || bytes[end - 1] === 0) continue;
			for (const name of byLastByte[bytes[end - 1] as number] as readonly string[]) {
				if (endsAt(bytes, end, name)) found.add(name);
			}
		}
	};
}

/** From the last byte on: the first ones of names are alike. */
function endsAt(bytes: Uint8Array, end: number, name: string): boolean {
	const begin = end - name.length;
	if (begin < 0) return false;
	for (let at = name.length - 1; at >= 0; at--) if (bytes[begin + at] !== name.charCodeAt(at)) return false;
	return true;
}
