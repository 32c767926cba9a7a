/** This file times the reading of all inlined places of a Python, nothing kept, against readelf's dump of the same debug information. */

import {fileURLToPath} from 'node:url';
import {findDebugInformation} from '../../src/object/debug-files.js';
import {type BenchRow, ratioOf, seconds} from './pairs.js';

const module = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../src/${name}`, import.meta.url)));
const pairs = 5;

/** Of each that has debug information. */
export function benchInlined(paths: readonly string[]): BenchRow[] {
	return paths.flatMap(path => {
		const found = findDebugInformation(path, process.env);
		if (found.kind === 'missing') return [];
		const [debug = ''] = found.paths;
		const program = `
			const {exportedFunctions} = await import(${module('binding/exports.js')});
			const {readObjectFile} = await import(${module('object/object-file.js')});
			const {readInlined} = await import(${module('gather/read-inlined.js')});
			const path = ${JSON.stringify(path)};
			const {evidence} = readInlined(path, exportedFunctions(readObjectFile(path).elf), process.env);
			if (evidence.kind !== 'known') process.exit(1);
		`;
		const ours = () => seconds({file: process.execPath, argv: ['--input-type=module', '--eval', program]});
		// It also shows what the file refers to, unless told not to: twice the work. It fails over what was taken out of the file.
		const dump = 'readelf --debug-dump=info,no-follow-links "$1" >/dev/null 2>&1 || true';
		const theirs = () => seconds({file: 'sh', argv: ['-c', dump, 'sh', debug]});
		const what = `inlined places of ${path} / readelf --debug-dump=info`;
		return [{kind: 'measured', what, ratio: ratioOf(ours, theirs, pairs), bound: 3}];
	});
}
