/** This file finds what the house rules forbid in a set of source files: circles, names of two things, lost references. */

import {basename, dirname, join, normalize} from 'node:path';

/** By the path inside the repository. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Each as its files in the order of a walk, where they import each other, if only by way of others, types included. */
export function circlesOf(files: SourceFiles): readonly (readonly string[])[] {
	const circles: string[][] = [];
	const state = new Map<string, 'entered' | 'left'>();
	const way: string[] = [];
	const visit = (file: string) => {
		if (state.get(file) === 'left') return;
		if (state.get(file) === 'entered') {
			circles.push([...way.slice(way.indexOf(file)), file]);
			return;
		}
		state.set(file, 'entered');
		way.push(file);
		for (const path of importedFiles(file, files.get(file) ?? '')) if (files.has(path)) visit(path);
		way.pop();
		state.set(file, 'left');
	};
	for (const file of files.keys()) visit(file);
	return circles;
}

/** The names that more than one file exports a declaration of, as `name: file, file`. */
export function doubleNamesOf(files: SourceFiles): readonly string[] {
	const places = new Map<string, string[]>();
	for (const [file, text] of files) {
		for (const name of new Set(exportedNames(text).map(({name}) => name)))
			places.set(name, [...(places.get(name) ?? []), file]);
	}
	return [...places].filter(([, where]) => where.length > 1).map(([name, where]) => `${name}: ${where.join(', ')}`);
}

/**
 * Values that a file exports and no other one imports, and types that no file uses, as `file: name`. A type is used where an exported
 * function of its own file speaks of it.
 */
export function deadExportsOf(files: SourceFiles): readonly string[] {
	const imported = new Set([...files].flatMap(([file, text]) => importedNames(file, text)));
	return [...files].flatMap(([file, text]) =>
		exportedNames(text)
			.filter(({kind, name}) => !imported.has(`${file}: ${name}`) && !(isType(kind) && countOf(name, text) > 1))
			.map(({name}) => `${file}: ${name}`),
	);
}

/**
 * The mentions of files and folders of the repository that it does not have, as `file: mention`. A comment of src and native may
 * also name a file without its folder; the system's headers stand in angle brackets there.
 */
export function lostReferencesOf(files: SourceFiles, exists: (path: string) => boolean): readonly string[] {
	const names = new Set([...files.keys()].map(file => basename(file)));
	return [...files].flatMap(([file, text]) => {
		const bare = /^(src|native)\//.test(file)
			? comments(text).flatMap(comment => [...comment.matchAll(bareName)].map(([name]) => name))
			: [];
		const mentions = [...text.matchAll(mention)].map(([path]) => path.replace(/[.-]+$/, ''));
		const links = file.endsWith('.md')
			? [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(([, path = '']) => normalize(join(dirname(file), path)))
			: [];
		const lost = [...[...mentions, ...links].filter(path => !exists(path)), ...bare.filter(name => !names.has(name))];
		return lost.map(path => `${file}: ${path}`);
	});
}

/** What `text` imports, statically or not, as it writes it. */
export function importsOf(text: string): readonly string[] {
	return [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)].map(([, path = '']) => path);
}

/** A path from the top of the repository, not part of a longer one, and no pattern with a `*` or a `{`. */
const mention =
	/(?<![\w./$*{}-])(?:docs|native|packaging|probes|schema|scripts|shared|src|test)\/[\w./-]+(?![\w*{}<$/-])/g;

const bareName = /(?<![\w./<$*{}'"-])[\w-]+\.(?:c|h|S|ts|def)(?![\w/.(-])/g;

function comments(text: string): readonly string[] {
	return [...text.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)].map(([comment]) => comment);
}

function importedFiles(file: string, text: string): readonly string[] {
	return importsOf(text)
		.filter(path => path.startsWith('.'))
		.map(path => normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'));
}

/** As `file: name`; a dynamic import names what it wants by destructuring, or as a property. */
function importedNames(file: string, text: string): readonly string[] {
	const named = /\b(?:import|export) (?:type )?\{([^{}]*)\} from '(\.[^']+)'/g;
	const dynamic = /(?:\{([^{}]*)\} = )?\(?await import\('(\.[^']+)'\)\)?(?:\.(\w+))?/g;
	return [...text.matchAll(named), ...text.matchAll(dynamic)].flatMap(([, names = '', path = '', property = '']) => {
		const from = normalize(join(dirname(file), path)).replace(/\.js$/, '.ts');
		return [...names.split(','), property].map(
			name =>
				`${from}: ${name
					.trim()
					.replace(/^type /, '')
					.replace(/[ :].*/, '')}`,
		);
	});
}

interface Exported {
	readonly kind: string;
	readonly name: string;
}

function isType(kind: string): boolean {
	return kind === 'type' || kind === 'interface';
}

function countOf(word: string, text: string): number {
	return [...text.matchAll(new RegExp(`\\b${word}\\b`, 'g'))].length;
}

function exportedNames(text: string): readonly Exported[] {
	const declaration = /^export (?:declare |abstract |async )*(type|interface|function\*?|const|let|class|enum) (\w+)/gm;
	return [...text.matchAll(declaration)].map(([, kind = '', name = '']) => ({kind, name}));
}
