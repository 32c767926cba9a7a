/** This file is `pyinterpose lab list`: the variants, and which of them are built. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {labRoot} from '../../lab/lab.js';
import {allBuilds, type Built, reached} from '../../lab/record.js';
import {variants} from '../../lab/variants.js';
import {type ExitStatus, exitStatus, type Invocation} from '../command.js';

export async function runList({options, io}: Invocation): Promise<ExitStatus> {
	const builds = allBuilds(labRoot(io.env));
	io.stdout.write(options.flag('json') ? `${JSON.stringify({variants, builds}, null, '\t')}\n` : asText(builds));
	return exitStatus.asExpected;
}

function asText(builds: readonly Built[]): string {
	const width = Math.max(...variants.map(({name}) => name.length)) + 2;
	return variants
		.map(({name, summary}) => {
			const own = builds.filter(build => build.name === name).map(build => `${' '.repeat(width)}${stateOf(build)}\n`);
			return `${name.padEnd(width)}${summary}\n${own.join('')}`;
		})
		.join('');
}

function stateOf(build: Built): string {
	const {version, quick, phase, python} = build;
	const what = `${version}${quick ? ', quick' : ''}`;
	if (reached(build, 'checked')) return `${what}: ${python}`;
	if (reached(build, 'installed')) return `${what}: built, not as named: ${python}`;
	if (existsSync(join(build.folder, 'lock'))) return `${what}: being built`;
	return `${what}: interrupted after '${phase}'; 'lab build ${build.name}' goes on`;
}
