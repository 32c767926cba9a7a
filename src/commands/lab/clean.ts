/** This file is `pyinterpose lab clean`. */

import {clean} from '../../lab/clean.js';
import {labRoot} from '../../lab/lab.js';
import {variantNamed} from '../../lab/make-variant.js';
import {type ExitStatus, exitStatus, type Invocation} from '../command.js';

export async function runClean({positionals, io}: Invocation): Promise<ExitStatus> {
	const names = positionals.map(name => variantNamed(name).name);
	const gone = await clean(labRoot(io.env), names);
	io.stdout.write(gone.length === 0 ? 'Nothing to remove.\n' : gone.map(path => `Removed ${path}\n`).join(''));
	return exitStatus.asExpected;
}
