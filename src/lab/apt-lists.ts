/** This file rewrites apt's lists of binary packages to lists of their sources. Pure. */

/** The one-line form: `deb [options] URI SUITE COMPONENT...`. */
export function sourceEntries(text: string): string {
	const lines = text
		.split('\n')
		.map(line => /^\s*deb(?:-src)?\s+(\[[^\]]*\])?\s*(.+)$/.exec(line))
		.filter(match => match !== null)
		.map(([, options = '', rest = '']) => ['deb-src', withoutArch(options), rest.trim()].filter(Boolean).join(' '));
	return lines.map(line => `${line}\n`).join('');
}

/** The form of paragraphs of fields. */
export function sourceParagraphs(text: string): string {
	const paragraphs = text
		.split('\n')
		.filter(line => !line.startsWith('#'))
		.join('\n')
		.split(/\n\s*\n/)
		.filter(paragraph => /^Types:.*\bdeb\b/m.test(paragraph) && !/^Enabled:\s*no\b/im.test(paragraph));
	return paragraphs.map(paragraph => `${paragraph.replace(/^Types:.*$/m, 'Types: deb-src').trim()}\n`).join('\n');
}

/** Sources have no architecture, and apt warns where one is named. */
function withoutArch(options: string): string {
	const kept = options
		.replace(/^\[|\]$/g, '')
		.split(/\s+/)
		.filter(option => option !== '' && !option.startsWith('arch='));
	return kept.length === 0 ? '' : `[${kept.join(' ')}]`;
}
