/** This file gathers what one ELF object shows of the variables that it exports. */

import {dataEvidence} from '../binding/data-evidence.js';
import type {InspectedData} from '../model/data.js';
import {readObjectFile} from '../object/object-file.js';
import {mustBeLinked} from './inspect-object.js';
import {namingPath} from './static.js';

/** Errors: SuiteError with the path for a file that cannot be read, is no linked ELF object, or is for a machine that is not known. */
export function gatherData(path: string): Promise<InspectedData> {
	return namingPath(path, async () => {
		const {elf} = readObjectFile(path);
		mustBeLinked(elf);
		const {soname, buildId, machine, executable} = elf;
		return {path, soname, buildId, machine, executable, data: dataEvidence(elf)};
	});
}
