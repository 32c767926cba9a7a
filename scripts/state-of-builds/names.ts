/** This file names builds so that they can be told apart without a path of the machine that checked them. Pure. */

import type {TargetReport} from '../../src/model/report.js';

/** `python3.13`, `libpython3.13d.so.1.0`; of a build in a folder of its own, as pyenv's and the lab's are, that folder. */
export function shownName({executable, interpreter}: Pick<TargetReport, 'executable' | 'interpreter'>): string {
	const own =
		/\/versions\/([^/]+)\/bin\//.exec(executable)?.[1] ??
		/\/lab\/builds\/([^/]+?)(-[0-9a-f]{12})?\//.exec(executable)?.[1];
	if (own !== undefined) return own;
	const path = interpreter.linkage === 'shared' ? interpreter.path : executable;
	return path.replace(/.*\//, '');
}

/** With its version, of the lines that scripts/debian-root.sh has written; null where none holds the file. */
export function packageOf(file: string, packages: readonly string[]): string | null {
	const name = file
		.replace(/\.so.*/, '')
		.replace(/(?:_d|d|-dbg)$/, '-dbg')
		.replace(/t$/, '-nogil');
	// A program is in the package of the least that works, a library in its own.
	const names = name.startsWith('lib') ? [name] : [`${name}-minimal`, name];
	return (
		names.map(wanted => packages.find(line => line.split(' ')[0] === wanted)).find(line => line !== undefined) ?? null
	);
}
