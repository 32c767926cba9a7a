/** This file reads a contract from its file, for the day on which the work is done. */

import {readContract} from '../contract/read.js';
import {UsageError} from '../errors.js';
import type {Contract} from '../model/contract.js';
import {readInput} from '../process/input.js';
import type {Io} from './command.js';

/** Errors: SuiteError naming the file, with line and column; the signal's reason where the work was aborted. */
export async function contractFrom(path: string, {env, signal}: Pick<Io, 'env' | 'signal'>): Promise<Contract> {
	const text = await readInput(path, {
		signal,
		name: `The contract ${path}`,
		mostBytes: 16 * 1024 * 1024,
		hint: "Write one with 'pyinterpose contract init TARGET'.",
	});
	return readContract(text, path, dayOf(env.SOURCE_DATE_EPOCH));
}

/** Today in UTC; the day that a reproducible build is given, where it is given one. */
function dayOf(epoch: string | undefined): string {
	if (epoch === undefined || epoch === '') return new Date().toISOString().slice(0, 10);
	const day = /^\d{1,12}$/.test(epoch) ? new Date(Number(epoch) * 1000) : null;
	if (day === null || Number.isNaN(day.getTime())) {
		throw new UsageError(`SOURCE_DATE_EPOCH is '${epoch}', which is no number of seconds.`);
	}
	return day.toISOString().slice(0, 10);
}
