/** This file measures and shapes text for a terminal: width in cells, padding, shortening, wrapping. */

/** The number of terminal cells that the text takes. */
export function width(text: string): number {
	// Names and paths are ASCII nearly always.
	if (/^[\x20-\x7e]*$/.test(text)) return text.length;
	let cells = 0;
	for (const character of text.replace(colours, '')) cells += cellsOf(character);
	return cells;
}

/** SGR sequences of ECMA-48, as paint.ts writes them: they take no cell. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what they begin with.
const colours = /\u001b\[[\d;]*m/g;

/** The widest of any number of texts; 0 of none. */
export function widest(texts: readonly string[]): number {
	return texts.reduce((most, text) => Math.max(most, width(text)), 0);
}

export function padEnd(text: string, cells: number): string {
	return text + ' '.repeat(Math.max(0, cells - width(text)));
}

export function padStart(text: string, cells: number): string {
	return ' '.repeat(Math.max(0, cells - width(text))) + text;
}

/** The text, with its middle left out where it is wider than `cells`: names differ at both ends. */
export function shorten(text: string, cells: number, ellipsis = '…'): string {
	if (width(text) <= cells) return text;
	const room = Math.max(0, cells - width(ellipsis));
	const head = take([...text], Math.ceil(room / 2));
	const tail = take([...text].reverse(), room - width(head));
	return head + ellipsis + [...tail].reverse().join('');
}

/** Lines of at most `cells`; a word that is wider stands alone, whole, so that it can be copied. */
export function wrap(text: string, cells: number, indent = ''): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && width(line) + 1 + width(word) > cells) {
			lines.push(line);
			line = indent + word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}
	return [...lines, line];
}

/** The same below one another, the first line after `first` and the others after as many blanks. */
export function hang(text: string, cells: number, first: string): string[] {
	const rest = ' '.repeat(width(first));
	return wrap(text, cells - width(first)).map((line, index) => (index === 0 ? first : rest) + line);
}

const wide =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const zero = /[\p{Mn}\p{Me}]/u;

function cellsOf(character: string): number {
	if (zero.test(character)) return 0;
	return wide.test(character) ? 2 : 1;
}

function take(characters: readonly string[], cells: number): string {
	let taken = '';
	for (const character of characters) {
		if (width(taken) + cellsOf(character) > cells) break;
		taken += character;
	}
	return taken;
}
