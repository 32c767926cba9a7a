/** This file calls a file of an unpacked package by the package and its place there, for the folder is gone after the run. */

import {placeInArchive} from '../archive/packed.js';
import type {Root} from '../model/target.js';
import {nativeFile} from '../native.js';
import {ownLauncher} from './launch.js';

export function originalName(path: string, {folder, packages, given}: Root): string {
	const place = path.slice(folder.length + 1);
	// What no package has, a folder above all, is called by the first.
	const [first = ''] = given;
	return placeInArchive(packages.get(place) ?? first, place);
}

/** In every text of a value, however deep. */
export function withOriginalNames<T>(value: T, root: Root): T {
	if (typeof value === 'string') return inText(value, root) as T;
	if (Array.isArray(value)) return value.map(one => withOriginalNames(one, root)) as T;
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withOriginalNames(one, root)])) as T;
}

function inText(text: string, root: Root): string {
	if (text === ownLauncher(root)) return nativeFile('launcher');
	if (!text.includes(root.folder)) return text;
	// A sentence ends with a full stop, which is no part of the path.
	const path = new RegExp(`${root.folder}/[^\\s,;:()'"]*[^\\s,;:()'".]`, 'g');
	return text.replace(path, found => originalName(found, root));
}
