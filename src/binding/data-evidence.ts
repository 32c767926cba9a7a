/** This file sums an object's uses of each variable that it exports, and draws from them what an override would reach. */

import type {Elf} from '../elf/elf.js';
import type {Reach} from '../model/binding.js';
import {type DataCause, type DataReferences, type DataReport, type DataVerdict, dataVerdicts} from '../model/data.js';
import {groupBy} from '../model/group-by.js';
import {type DataUse, seesCode, visitDataUses} from './data-uses.js';
import {type DataTarget, type ExportedData, exportedData} from './exported-data.js';

/** Errors: ElfError for a bad file. */
export function dataEvidence(elf: Elf): DataReport {
	const symbols = dataReferences(elf, exportedData(elf), () => {});
	return {totals: totalsOf(elf, symbols), symbols};
}

/** Of each of the variables; every use is handed on as well. */
export function dataReferences(
	elf: Elf,
	variables: readonly DataTarget[],
	each: (use: DataUse<DataTarget>) => void,
): readonly DataReferences[] {
	const tallies = new Map(variables.map(target => [target, new Tally()]));
	visitDataUses(elf, variables, use => {
		const {target, reach, form} = use;
		const tally = tallies.get(target) as Tally;
		if (reach === 'unclear') tally.unclear += 1;
		else tally[form === 'code' ? 'code' : 'words'][reach] += 1;
		each(use);
	});
	const sharing = namesAtOnePlace(exportedData(elf));
	return [...tallies].map(([target, tally]) => describe(elf, target, tally, sharing));
}

class Tally {
	readonly code = {preemptible: 0, bound: 0};
	readonly words = {preemptible: 0, bound: 0};
	unclear = 0;
}

function describe(
	elf: Elf,
	target: DataTarget,
	{code, words, unclear}: Tally,
	sharing: (target: DataTarget) => readonly string[],
): DataReferences {
	const [named, bound] = [code.preemptible + words.preemptible, code.bound + words.bound];
	const sharedWith = sharing(target);
	return {
		symbol: target.name,
		storage: target.isThreads ? 'thread' : 'process',
		size: target.size,
		code,
		words,
		unclear,
		...(sharedWith.length === 0 ? {} : {sharedWith}),
		verdict: verdictOf(target, {named, bound, unclear, seesAll: seesEveryUse(elf)}),
		cause: target.copied ? 'executable-defines-it' : bound > 0 ? dataCause(elf, target) : null,
	};
}

interface Uses {
	readonly named: number;
	readonly bound: number;
	readonly unclear: number;
	readonly seesAll: boolean;
}

function verdictOf({copied}: DataTarget, {named, bound, unclear, seesAll}: Uses): DataVerdict {
	if (copied) return 'copied';
	if (bound > 0) return named > 0 ? 'partial' : 'bound';
	if (unclear > 0) return 'inconclusive';
	if (named > 0) return 'preemptible';
	return seesAll ? 'unreferenced' : 'inconclusive';
}

/**
 * An executable's own variables have no slots of the GOT that would tell of a use: the code alone does. On x86-64 an instruction has the
 * whole address; elsewhere several make it, and not every way from one to the next is followed, or the code is not decoded.
 */
function seesEveryUse({machine, executable}: Elf): boolean {
	return machine === 'x86_64' || !executable;
}

/** Why uses of the variable are bound. */
function dataCause({executable, dynamic}: Elf, {visibility}: Pick<DataTarget, 'visibility'>): DataCause {
	if (executable) return 'executable-defines-it';
	if (dynamic?.symbolic === true) return 'symbolic';
	return visibility === 'protected' ? 'protected' : 'unknown';
}

function namesAtOnePlace(variables: readonly ExportedData[]): (target: DataTarget) => readonly string[] {
	const key = ({address, isThreads}: DataTarget) => `${isThreads} ${address}`;
	const places = groupBy(variables, key);
	return target => (places.get(key(target)) ?? []).flatMap(({name}) => (name === target.name ? [] : [name]));
}

function totalsOf(elf: Elf, symbols: readonly DataReferences[]): DataReport['totals'] {
	const of = (verdict: DataVerdict) => symbols.filter(one => one.verdict === verdict).length;
	const verdicts = Object.fromEntries(dataVerdicts.map(verdict => [verdict, of(verdict)]));
	return {
		decoded: seesCode(elf),
		dynamic: elf.dynamic !== null,
		symbols: symbols.length,
		verdicts: verdicts as DataReport['totals']['verdicts'],
		code: sum(symbols, 'code'),
		words: sum(symbols, 'words'),
	};
}

function sum(symbols: readonly DataReferences[], form: 'code' | 'words'): Reach {
	const total = {preemptible: 0, bound: 0};
	for (const one of symbols) {
		total.preemptible += one[form].preemptible;
		// Several names of one address share what is bound to it.
		if (one.sharedWith?.every(other => one.symbol < other) !== false) total.bound += one[form].bound;
	}
	return total;
}
