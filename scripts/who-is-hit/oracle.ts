/** This file asks readelf which functions an object defines: an oracle that is not ours. */

import {execFileSync} from 'node:child_process';

/** Sorted. C++ names other than operators new and delete are left out: whoever uses a template defines it. */
export function definedBy(file: string): readonly string[] {
	const text = execFileSync('readelf', ['-W', '--dyn-syms', file], {encoding: 'utf8', maxBuffer: 1 << 26});
	const names = text.split('\n').flatMap(line => {
		const [, , , type, bind, visibility, section, name] = line.trim().split(/\s+/);
		const isFunction = type === 'FUNC' || type === 'IFUNC';
		const isExported =
			bind !== 'LOCAL' && section !== 'UND' && (visibility === 'DEFAULT' || visibility === 'PROTECTED');
		return isFunction && isExported && name !== undefined ? [name.replace(/@.*/, '')] : [];
	});
	return [...new Set(names)].filter(name => !/^(_init|_fini|_start|main)$|^_Z(?!n[wa]|d[la])/.test(name)).sort();
}

/** What the C library, the C++ library and this Python's interpreter define. */
export function overridable(python: string): ReadonlySet<string> {
	const libraries = /\/lib(c|m|pthread|dl|rt|resolv|stdc\+\+|python\d[^/]*)\.so|\/python[^/]*$/;
	const preload = 'libstdc++.so.6 libresolv.so.2';
	return new Set(
		loadedBy(python, preload)
			.filter(file => libraries.test(file))
			.flatMap(definedBy),
	);
}

/** The functions that objects of this Python import when it runs with a few modules. */
export function importedBy(python: string): ReadonlySet<string> {
	const names = loadedBy(python, '').flatMap(file => {
		const lines = execFileSync('readelf', ['-W', '--dyn-syms', file], {encoding: 'utf8', maxBuffer: 1 << 26}).split(
			'\n',
		);
		return lines.flatMap(line => {
			const [, , , , , , section, name] = line.trim().split(/\s+/);
			return section === 'UND' && name !== undefined ? [name.replace(/@.*/, '')] : [];
		});
	});
	return new Set(names);
}

/** Modules whose objects import much of the C library. */
export const modules = 'time, select, socket, ctypes, fcntl, mmap, grp, resource';

function loadedBy(python: string, preload: string): readonly string[] {
	const code = `import ${modules}\nprint(open("/proc/self/maps").read())`;
	const maps = execFileSync(python, ['-S', '-c', code], {encoding: 'utf8', env: {...process.env, LD_PRELOAD: preload}});
	return [...new Set(maps.match(/\/\S+(?:\.so\S*|\/bin\/\S+)$/gm))];
}
