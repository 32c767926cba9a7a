/** This file times a hunt over ELF objects in one thread against readelf, which reads the same files in one process. */

import {spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {isElfFile} from './elf-file.js';
import {type BenchRow, type Command, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));
const pairs = 7;

/** Half the speed of readelf is the most that is allowed. */
export function benchHunt(): BenchRow[] {
	if (spawnSync('readelf', ['--version'], {stdio: 'ignore'}).status !== 0) {
		return [{kind: 'not-run', what: 'hunt beside readelf', why: 'there is no readelf'}];
	}
	const files = ['/usr/bin', dirname(libc())].flatMap(objectsIn);
	const hunt: Command = {
		file: process.execPath,
		argv: [cli, 'hunt', '--json', '--jobs', '1', '--skip-exit-code', ...files],
	};
	const readelf: Command = {file: 'readelf', argv: ['-W', '--dyn-syms', ...files]};
	const ratio = ratioOf(
		() => seconds(hunt),
		() => seconds(readelf),
		pairs,
	);
	return [
		{
			kind: 'measured',
			what: `hunt in one thread / readelf --dyn-syms, over ${files.length} objects`,
			ratio,
			bound: 2,
		},
	];
}

function objectsIn(folder: string): readonly string[] {
	return readdirSync(folder, {withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(({name}) => join(folder, name))
		.filter(isElfFile);
}

function libc(): string {
	const {sharedObjects = []} = process.report.getReport() as {readonly sharedObjects?: readonly string[]};
	return sharedObjects.find(path => path.endsWith('/libc.so.6')) ?? '/usr/lib/libc.so.6';
}
