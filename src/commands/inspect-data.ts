/** This file is `pyinterpose inspect --data`: the static witness for the variables that an object exports. */

import {UsageError} from '../errors.js';
import {gatherData} from '../gather/data.js';
import {holdsObjects} from '../gather/holds-objects.js';
import {gatherStatic} from '../gather/static.js';
import {renderData} from '../render/inspect/inspect-data.js';
import {jsonText} from '../render/json.js';
import {type ExitStatus, exitStatus, type Invocation} from './command.js';
import {eachFile} from './each-file.js';

export async function inspectData({positionals, options, io}: Invocation): Promise<ExitStatus> {
	if (options.text('contract') !== undefined) {
		throw new UsageError('A contract is about functions, and --data tells of variables.', {
			hint: 'Give --contract without --data.',
		});
	}
	const packed = positionals.find(path => holdsObjects(path));
	if (packed !== undefined) {
		throw new UsageError(`--data looks into single files, and ${packed} holds several.`, {
			hint: 'Give the libraries and programs themselves.',
		});
	}
	const isJson = options.flag('json');
	const files = await eachFile(positionals, io, async path => ({
		found: await gatherData(path),
		report: isJson ? (await gatherStatic(path, {env: io.env})).report : null,
	}));
	if (isJson) {
		io.stdout.write(jsonText({schema: 1, files: files.map(({found, report}) => ({...report, data: found.data}))}));
	} else {
		const write = {symbols: options.flag('symbols'), colour: io.stdout.colour};
		io.stdout.write(files.map(({found}) => renderData(found, write)).join(write.symbols ? '\n' : ''));
	}
	return files.length < positionals.length ? exitStatus.suiteFailed : exitStatus.asExpected;
}
