/** This file is the program behind scripts/who-is-hit.sh: one line for each known tool that a package holds. */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {knownTools} from '../../src/catalog/known-tools/known-tools.js';
import {hooks} from '../../src/catalog/who-is-hit.js';
import type {KnownTool} from '../../src/model/known-tool.js';
import {type Fetched, fetchPackage} from './fetch.js';
import {definedBy, importedBy, overridable} from './oracle.js';
import {rewritten, seenBound} from './run.js';

const python = process.env.PYTHON ?? 'python3';
const wanted = new Set(process.argv.slice(2));
const names = overridable(python);
const wantedBy = importedBy(python);
let status = 0;
for (const tool of knownTools) {
	if (wanted.size > 0 && !wanted.has(tool.name)) continue;
	if (tool.notRun !== null) {
		process.stdout.write(`not run ${tool.name}: ${tool.notRun}\n`);
		continue;
	}
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-who-'));
	try {
		const faults = faultsOf(tool, fetchPackage(tool, folder, python));
		process.stdout.write(`${faults.length === 0 ? 'right' : 'WRONG'}   ${tool.name}\n`);
		for (const fault of faults) process.stdout.write(`       ${fault}\n`);
		if (faults.length > 0) status = Math.max(status, 1);
	} catch (error) {
		process.stdout.write(`  ?     ${tool.name}: ${error instanceof Error ? error.message.split('\n')[0] : error}\n`);
		status = 2;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
process.exitCode = status;

function faultsOf(tool: KnownTool, fetched: Fetched): readonly string[] {
	const version = fetched.version === tool.version ? [] : [`the row is of ${tool.version}, this is ${fetched.version}`];
	if (tool.kind !== 'preload') {
		const {changed, possible, allocators} = rewritten(tool, fetched, python);
		if (tool.kind === 'allocator-api') return [...version, ...(allocators ? [] : ['it installs no allocator'])];
		const extra = changed.filter(name => !hooks(tool, name));
		const left = possible.filter(name => hooks(tool, name) && !changed.includes(name));
		return [...version, ...listed('it also hooks', extra), ...listed('it does not hook', left)];
	}
	const defined = definedBy(fetched.file).filter(name => names.has(name));
	const extra = defined.filter(name => !hooks(tool, name));
	// A row may name what only another release of libc has.
	const left = tool.functions.filter(pattern => !defined.some(name => hooks({...tool, functions: [pattern]}, name)));
	const bound = seenBound(fetched, python).filter(name => hooks(tool, name));
	return [
		...version,
		...listed('it also defines', extra),
		...listed('it does not define', left),
		...(bound.length === 0 && imported(tool) ? [`no call of ${python} was bound to it`] : []),
	];
}

/** A tool whose functions no object of this Python imports gets no call, and none is missed. */
function imported(tool: KnownTool): boolean {
	return [...wantedBy].some(name => hooks(tool, name));
}

function listed(what: string, functions: readonly string[]): readonly string[] {
	return functions.length === 0 ? [] : [`${what} ${functions.join(' ')}`];
}
