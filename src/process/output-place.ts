/** This file finds out what stands at a path that is to be written: a file to replace, or something to write into. */

import {lstatSync, readlinkSync, realpathSync, type Stats, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

export type OutputPlace =
	/** Nothing stands there yet. */
	| {readonly kind: 'new'; readonly path: string}
	/** `path` is the file itself, behind all links. */
	| {readonly kind: 'regular'; readonly path: string; readonly stat: Stats}
	/** A device, a FIFO, a socket: what takes bytes, and must never be replaced by a file. */
	| {readonly kind: 'special'; readonly path: string; readonly stat: Stats}
	/** An open descriptor of this process, as `/dev/stdout` is one: written where it stands. */
	| {readonly kind: 'descriptor'; readonly descriptor: number};

/** Errors: the system's own; EISDIR for a folder. */
export function outputPlace(given: string): OutputPlace {
	const path = behindLinks(given);
	const descriptor = ownDescriptor(path);
	if (descriptor !== null) return {kind: 'descriptor', descriptor};
	const stat = statSync(path, {throwIfNoEntry: false});
	if (stat === undefined) return {kind: 'new', path};
	if (stat.isDirectory()) throw Object.assign(new Error(`${path} is a directory`), {code: 'EISDIR'});
	// What lies below /proc is no file on a disk, whatever it says of itself.
	return {kind: stat.isFile() && !path.startsWith('/proc/') ? 'regular' : 'special', path, stat};
}

/** As many as Linux follows. */
const mostLinks = 40;

/** realpath(3) needs the last part to exist, and follows the links of /proc, whose text is no path. */
function behindLinks(given: string): string {
	let path = given;
	for (let followed = 0; followed < mostLinks; followed += 1) {
		path = join(realpathSync(dirname(path)), basename(path));
		if (path.startsWith('/proc/') || lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink() !== true) return path;
		path = resolve(dirname(path), readlinkSync(path));
	}
	throw Object.assign(new Error(`${given} is a circle of links`), {code: 'ELOOP'});
}

function ownDescriptor(path: string): number | null {
	const [, process_, descriptor] = /^\/proc\/(\d+)\/fd\/(\d+)$/.exec(path) ?? [];
	return process_ === String(process.pid) && descriptor !== undefined ? Number(descriptor) : null;
}
