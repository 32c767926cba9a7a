/** This file is `pyinterpose lab build`. */

import {SuiteError} from '../../errors.js';
import type {Lab} from '../../lab/lab.js';
import {makeVariant, variantNamed} from '../../lab/make-variant.js';
import type {Built} from '../../lab/record.js';
import type {Variant} from '../../lab/variant.js';
import {basicVariants, variants} from '../../lab/variants.js';
import {type ExitStatus, exitStatus, type Invocation} from '../command.js';
import {sourceOf, withLab} from './setting.js';

export function runBuild(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	const wanted = wantedVariants(positionals, options.flag('all'));
	return withLab(invocation, async lab => {
		const source = await sourceOf(invocation, lab);
		const built: Built[] = [];
		const failed: string[] = [];
		for (const variant of wanted) {
			try {
				built.push(await makeVariant(variant, source, lab));
			} catch (error) {
				failed.push(variant.name);
				tell(error, lab);
			}
		}
		io.stdout.write(options.flag('json') ? `${JSON.stringify({built, failed}, null, '\t')}\n` : asLines(built));
		return failed.length > 0 ? exitStatus.suiteFailed : exitStatus.asExpected;
	});
}

function wantedVariants(names: readonly string[], all: boolean): readonly Variant[] {
	if (all) return variants;
	return (names.length > 0 ? names : basicVariants).map(variantNamed);
}

/** One variant that fails leaves the others alone; an interruption ends them all, and each resumes. */
function tell(error: unknown, {signal, tell}: Lab): void {
	signal.throwIfAborted();
	if (!(error instanceof SuiteError)) throw error;
	tell.line(`pyinterpose: error: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
}

function asLines(built: readonly Built[]): string {
	const width = Math.max(0, ...built.map(({name}) => name.length)) + 2;
	return built.map(({name, python}) => `${name.padEnd(width)}${python}\n`).join('');
}
