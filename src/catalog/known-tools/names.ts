/** This file splits a text of names, in which a long list of functions stands readably. */

export function names(text: string): readonly string[] {
	return text.split(/\s+/).filter(name => name !== '');
}
