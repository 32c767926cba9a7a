/** This file tells one state of the code that inspects objects from another, so that no kept result outlives a change of it. */

import {readdirSync, readFileSync, statSync} from 'node:fs';

/**
 * The package's version, and the sizes and times of the files that compute results: the version alone does not change
 * while somebody works on them, and to read them would take longer than all else that a kept result needs.
 */
export function codeStamp(): string {
	const {version} = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
	const folders = ['../elf/', '../elf/code/'].map(folder => new URL(folder, import.meta.url));
	const files = folders.flatMap(folder => readdirSync(folder).map(name => new URL(name, folder)));
	const code = [...files, new URL('./inspect-object.js', import.meta.url)].filter(({pathname}) =>
		pathname.endsWith('.js'),
	);
	return [version, ...code.map(sizeAndTime)].join(' ');
}

function sizeAndTime(file: URL): string {
	const {size, mtimeMs} = statSync(file);
	return `${size}@${mtimeMs}`;
}
