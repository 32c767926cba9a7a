/** This file checks that a build came out as its variant names it: by its ELF, not by what it was asked to be. */

import {readFileSync} from 'node:fs';
import {SuiteError} from '../errors.js';
import type {BindingMode} from '../model/binding.js';
import type {Lab} from './lab.js';
import {type Built, reached, writeRecord} from './record.js';
import {isBefore} from './release.js';
import type {Variant, VariantExpectation} from './variant.js';

/** Errors: SuiteError that says what is otherwise. */
export async function verified(variant: Variant, built: Built, lab: Lab): Promise<Built> {
	if (reached(built, 'checked')) return built;
	lab.tell.now(`${variant.name}: checking`);
	const {binding} = await lab.inspect(built.interpreter);
	const wrong = differences(variant.expect, {
		interpreter: built.interpreter === built.python ? 'executable' : 'library',
		mode: binding.mode,
		version: built.version,
		bytes: readFileSync(built.interpreter),
	});
	if (wrong.length > 0) {
		throw new SuiteError(`${variant.name} did not come out as named: ${wrong.join('; ')}.`, {
			hint: `Look at ${built.interpreter} and at ${built.folder}/log.`,
		});
	}
	const {folder, ...record} = built;
	await writeRecord(folder, {...record, phase: 'checked'});
	return {...built, phase: 'checked'};
}

export interface Shown {
	readonly interpreter: VariantExpectation['interpreter'];
	readonly mode: BindingMode;
	readonly version: string;
	readonly bytes: Buffer;
}

/** What the ELF shows otherwise than expected, each as a clause. */
export function differences({interpreter, mode, before, says = []}: VariantExpectation, shown: Shown): string[] {
	const expected = before !== undefined && isBefore(shown.version, before.release) ? before.mode : mode;
	return [
		...(shown.interpreter === interpreter
			? []
			: [`the ${shown.interpreter} holds the interpreter, not the ${interpreter}`]),
		...(shown.mode === expected ? [] : [`its ELF shows ${shown.mode} binding, not ${expected}`]),
		...says.filter(text => !shown.bytes.includes(text)).map(text => `its ELF nowhere says '${text}'`),
	];
}
