/** This file finds what two numbers of one report say against each other. */

import type {SymbolReferences} from '../../src/model/binding.js';
import type {CallsReport, FunctionReferences, FunctionReport, Report, TargetReport} from '../../src/model/report.js';
import {reportTotals} from '../../src/model/totals.js';
import {verdictKinds} from '../../src/model/verdict.js';

/** Each as one sentence, with the claim. */
export function contradictions(report: Report): readonly string[] {
	const totals = reportTotals(report.targets);
	return [
		...verdictKinds
			.filter(kind => totals[kind] !== report.totals[kind])
			.map(kind => `totals.${kind} is ${report.totals[kind]}, the claims add up to ${totals[kind]}`),
		...report.targets.flatMap(target => withinTarget(target).map(fault => `${target.id}: ${fault}`)),
	];
}

/** What a target's references say otherwise than the static witness on the same file, symbol by symbol. */
export function otherReferences({functions}: TargetReport, witness: ReadonlyMap<string, SymbolReferences>): string[] {
	return functions.flatMap(({symbol, references}) => {
		const found = witness.get(symbol);
		if (references === null || found === undefined) {
			return references === null && found === undefined ? [] : [`${symbol}: only one of the two has references`];
		}
		const {calls, addresses, recursive, folded} = found;
		const same: FunctionReferences = {
			preemptible: calls.preemptible + addresses.preemptible,
			bound: calls.bound + addresses.bound,
			recursive,
			folded,
			inlined: found.inlined,
		};
		const differ = (Object.keys(same) as (keyof FunctionReferences)[]).filter(key => same[key] !== references[key]);
		return differ.map(key => `${symbol}: ${references[key]} ${key} references, inspect counts ${same[key]}`);
	});
}

function withinTarget({functions, binding, interpreter}: TargetReport): string[] {
	const own = functions.filter(({references}) => references !== null);
	return [
		...(own.length === binding.functions ? [] : [`${own.length} functions, ${binding.functions} in its binding`]),
		...functions.flatMap(one =>
			one.calls.flatMap(calls =>
				[...sums(calls), ...againstVerdict(one, calls), ...againstReferences(one, calls, interpreter.linkage)].map(
					fault => `${one.symbol}/${calls.caller}: ${fault}`,
				),
			),
		),
	];
}

function sums({honored, bypassed, probe, workload}: CallsReport): string[] {
	const parts = [probe, workload].filter(part => part !== null);
	const sum = parts.reduce((total, part) => total + part.honored, 0);
	const past = parts.some(part => part.bypassed === null)
		? null
		: parts.reduce((total, part) => total + (part.bypassed ?? 0), 0);
	return [
		...(honored === sum ? [] : [`${honored} honored, its parts add up to ${sum}`]),
		// What could not be counted may be known not to be possible.
		...(past === null || bypassed === past ? [] : [`${bypassed} bypassed, its parts add up to ${past}`]),
	];
}

function againstVerdict({references}: FunctionReport, {caller, honored, bypassed, verdict}: CallsReport): string[] {
	const bound = caller === 'interpreter' ? (references?.bound ?? 0) : 0;
	switch (verdict.kind) {
		case 'honored':
			return [
				...(verdict.calls === honored && honored > 0 ? [] : [`honored by ${verdict.calls} of ${honored} calls`]),
				...((bypassed ?? 0) === 0 ? [] : [`honored, and ${bypassed} calls passed by`]),
				...(bound === 0 ? [] : [`honored, and ${bound} references are bound`]),
			];
		case 'partial':
			return [
				...(verdict.calls === honored && honored > 0 ? [] : [`partial by ${verdict.calls} of ${honored} calls`]),
				...(verdict.bypassed === (bypassed ?? 0) ? [] : [`partial past by ${verdict.bypassed} of ${bypassed} calls`]),
				...(verdict.bypassed > 0 || verdict.bound > 0 ? [] : ['partial, and nothing passes by']),
				...(caller !== 'interpreter' || verdict.bound === bound ? [] : [`${verdict.bound} bound of ${bound}`]),
			];
		case 'bypassed':
			return [
				...(honored === 0 ? [] : [`bypassed, and ${honored} calls ran the override`]),
				...(verdict.bypassed === null || verdict.bypassed === bypassed
					? []
					: [`bypassed by ${verdict.bypassed} of ${bypassed} calls`]),
			];
		case 'uncalled':
			return [
				...(honored === 0 && (bypassed ?? 0) === 0
					? []
					: [`uncalled, and ${honored} and ${bypassed} calls were counted`]),
				...(caller !== 'interpreter' || references === null || verdict.references === references.preemptible + bound
					? []
					: [`uncalled with ${verdict.references} of ${references.preemptible + bound} references`]),
				...((verdict['would-be'] === null) === (verdict.references === 0) ? [] : ['a prediction without references']),
			];
		case 'absent':
			return honored === 0 && (bypassed ?? 0) === 0 ? [] : ['absent, and called'];
		case 'inconclusive':
			return [];
	}
}

/** What passed by, the interpreter's file must be able to do. What ran the override may be another object's address in a table. */
function againstReferences(
	{references}: FunctionReport,
	{caller, bypassed}: CallsReport,
	linkage: 'static' | 'shared',
): string[] {
	if (caller !== 'interpreter' || references === null || linkage === 'static') return [];
	return (bypassed ?? 0) === 0 || references.bound > 0
		? []
		: [`${bypassed} calls passed by without a reference that could`];
}
