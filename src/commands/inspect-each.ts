/** This file inspects files, and what is in packages and folders, and goes on where one of them cannot be inspected. */

import {archiveForm} from '../archive/archive-form.js';
import {SuiteError} from '../errors.js';
import {holdsObjects} from '../gather/holds-objects.js';
import type {InspectReport} from '../model/binding.js';
import {type InspectedPackage, renderPackage} from '../render/inspect/package.js';
import type {Io} from './command.js';
import {eachFile} from './each-file.js';
import {say} from './say.js';

export interface Inspected<T> {
	readonly results: readonly T[];
	/** A line for each package. */
	readonly packages: string;
	/** Something could not be inspected; it was said on standard error. */
	readonly failed: boolean;
}

/** `fromFile` inspects a file that is an object itself; `fromReport` makes the same of an object in a package. */
export async function inspectEach<T>(
	paths: readonly string[],
	io: Io,
	fromFile: (path: string) => Promise<T>,
	fromReport: (report: InspectReport) => T,
): Promise<Inspected<T>> {
	const results: T[] = [];
	const packages: InspectedPackage[] = [];
	let failed = false;
	for (const path of paths) {
		if (holdsObjects(path)) {
			const found = await inspectPackage(path, io);
			results.push(...found.reports.map(fromReport));
			packages.push(found);
		} else {
			const found = await eachFile([path], io, fromFile);
			results.push(...found);
			failed ||= found.length === 0;
		}
	}
	return {
		results,
		packages: packages.map(found => renderPackage(found)).join(''),
		failed: failed || packages.some(found => found.failed > 0),
	};
}

async function inspectPackage(path: string, io: Io) {
	const found = {path, reports: [] as InspectReport[], withoutExports: 0, failed: 0};
	// Loaded where a package is named: a file alone needs none of it.
	const {packedObjects} = await import('../gather/packed-objects.js');
	const fail = (where: string, reason: string) => {
		found.failed++;
		say(io, 'error', `${where}: ${reason}`);
	};
	try {
		for await (const object of packedObjects(path, io.signal)) {
			if (object.kind === 'inspected') found.reports.push(object.report);
			else if (object.kind === 'failed') fail(object.path, object.reason);
			else found.withoutExports++;
		}
	} catch (error) {
		if (!(error instanceof SuiteError)) throw error;
		fail(path, error.message);
	}
	// A package of scripts is a package; a folder without an object is most likely another than was meant.
	const isEmpty = found.reports.length + found.withoutExports + found.failed === 0;
	if (isEmpty && archiveForm(path) === null) fail(path, 'the folder holds no ELF object.');
	return found;
}
