/** This file writes counts and shares. */

/** 1,234,567: the same in every locale. */
export function grouped(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** At most four characters, rounded down: 999, 1.2k, 151k, 2.3M. */
export function compact(count: number): string {
	for (const [unit, letter] of units) {
		if (count >= unit) {
			const tenths = Math.floor(count / (unit / 10));
			return tenths < 100 ? `${(tenths / 10).toFixed(1)}${letter}` : `${Math.floor(tenths / 10)}${letter}`;
		}
	}
	return String(count);
}

const units = [
	[1e12, 'T'],
	[1e9, 'G'],
	[1e6, 'M'],
	[1e3, 'k'],
] as const;

/** A share of a whole, rounded, yet never 0 % or 100 % unless it is exactly that. */
export function percent(part: number, whole: number): string {
	if (whole === 0) return '0%';
	const rounded = Math.round((100 * part) / whole);
	if (rounded === 0 && part > 0) return '<1%';
	if (rounded === 100 && part < whole) return '>99%';
	return `${rounded}%`;
}

/** `a, b and 3 more`: at most so many by name. */
export function firstOf(names: readonly string[], most: number): string {
	const first = names.slice(0, most).join(', ');
	return names.length <= most ? first : `${first} and ${grouped(names.length - most)} more`;
}

/** The same, where the last one stands by its name rather than as `and 1 more`. */
export function few(names: readonly string[], most: number): string {
	return firstOf(names, names.length === most + 1 ? most + 1 : most);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
	return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `1 call`, `2 calls`. */
export function counted(count: number, noun: string): string {
	return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
