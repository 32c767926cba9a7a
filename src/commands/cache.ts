/** This file is `pyinterpose cache`: what is kept between runs, where, and its end. */

import {clear, type Inventory, inventory} from '../cache/inventory.js';
import {UsageError} from '../errors.js';
import {type Command, exitStatus} from './command.js';

export const cache: Command = {
	name: 'cache',
	positionals: '[clear]',
	firstWords: ['clear'],
	summary: 'show what is kept between runs, or throw it away',
	options: [],
	async run({positionals: [action, ...more], io}) {
		if (more.length > 0 || (action !== undefined && action !== 'clear')) {
			throw new UsageError(`cache takes 'clear' or nothing, not '${[action, ...more].join(' ')}'.`);
		}
		if (action === 'clear') {
			const gone = clear(io.env);
			io.stdout.write(`Removed ${gone.length} ${gone.length === 1 ? 'file' : 'files'}.\n`);
			return exitStatus.asExpected;
		}
		io.stdout.write(inventory(io.env).map(inWords).join(''));
		return exitStatus.asExpected;
	},
};

const names: Readonly<Record<Inventory['kind'], string>> = {
	entries: 'entry counters of interpreters',
	inspect: 'what ELF files show',
	probes: 'probes as Pythons compile them',
	shims: 'shims of the sweep',
};

function inWords({kind, folder, refused, files, bytes}: Inventory): string {
	const what =
		refused === null ? `${files} ${files === 1 ? 'file' : 'files'}, ${inMegabytes(bytes)} MB` : `not used: ${refused}`;
	return `${names[kind]}: ${what}\n${folder === null ? '' : `  ${folder}\n`}`;
}

function inMegabytes(bytes: number): string {
	return (bytes / 1_000_000).toFixed(1);
}
