/** This file runs a Python with a tool and sees what it gets: calls that ld.so binds to it, slots that it rewrites. */

import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {KnownTool} from '../../src/model/known-tool.js';
import type {Fetched} from './fetch.js';
import {modules} from './oracle.js';

/** The names that ld.so itself says it has bound to the library while a Python started. Errors: Error where none starts. */
export function seenBound({file, root}: Fetched, python: string): readonly string[] {
	const executable = execFileSync(python, ['-c', 'import os; print(os.readlink("/proc/self/exe"))'], {
		encoding: 'utf8',
	});
	const {stderr, status, signal} = spawnSync(executable.trim(), ['-S', '-c', `import ${modules}; time.time()`], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
		timeout: 60_000,
		env: {
			LD_PRELOAD: file,
			LD_LIBRARY_PATH: libraryFolders(root).join(':'),
			LD_BIND_NOW: '1',
			LD_DEBUG: 'bindings',
			// LeakSanitizer ends with a failure where the interpreter leaks; some tools want a folder to write to.
			ASAN_OPTIONS: 'detect_leaks=0',
			LSAN_OPTIONS: 'detect_leaks=0',
			HOME: '/nonexistent',
		},
	});
	const bound = [...stderr.matchAll(/binding file \S+ \[\d+\] to (\S+) \[\d+\]: normal symbol `([^']+)'/g)];
	const names = bound.filter(([, to]) => to === file).map(([, , name = '']) => name);
	if (names.length === 0 && status !== 0) {
		const last = stderr.split('\n').findLast(line => !/^ +\d+:/.test(line) && line.trim() !== '');
		throw new Error(`${executable.trim()} does not run with it: ${last ?? signal}`);
	}
	return [...new Set(names)].sort();
}

function libraryFolders(root: string): readonly string[] {
	const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(name => /\.so(\.\d|$)/.test(name));
	return [...new Set(files.map(name => dirname(join(root, name))))];
}

/** The functions whose GOT slots the tool rewrote, and those that have slots it could rewrite; whether it installed allocators (PEP 445). */
export function rewritten(
	tool: KnownTool,
	{root}: Fetched,
	python: string,
): {readonly changed: string[]; readonly possible: string[]; readonly allocators: boolean} {
	const program = fileURLToPath(new URL('../../../scripts/who-is-hit/rewrites.py', import.meta.url));
	const text = execFileSync(python, [program, tool.name, root], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: 60_000,
		// Else ld.so fills slots in the meantime.
		env: {...process.env, LD_BIND_NOW: '1'},
	});
	return JSON.parse(text);
}
