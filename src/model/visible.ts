/** This file makes text from a report safe to print: what would move the cursor or reverse the line is spelled out. */

/** Control, format, line-separator and lone-surrogate characters, as `\u{1b}`. Everything else stays as it is. */
export function visible(text: string): string {
	// Nearly all text is ASCII, and the first look at these properties takes milliseconds of a start.
	if (/^[ -~]*$/.test(text)) return text;
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, spelledOut);
}

function spelledOut(character: string): string {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
