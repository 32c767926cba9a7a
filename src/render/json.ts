/** This file writes the report that other tools read: the same bytes for the same report, on every machine. */

import {byCodeUnit} from '../model/order.js';
import type {CallsReport, Counts, FunctionReport, Report, TargetReport} from '../model/report.js';
import {type Verdict, verdictKinds} from '../model/verdict.js';

export function renderJson(report: Report): string {
	return jsonText(inOrder(report));
}

/**
 * Any value as JSON with a last newline. What fits on a line stands on a line, so that a claim is one line in a
 * comparison of two files; characters that a terminal would act upon are written as `\uXXXX`.
 */
export function jsonText(value: unknown): string {
	return `${safeLines(value, '')}\n`;
}

/** A report's head without its targets, for reports that are too large to hold. */
export type ReportFrame = Omit<Report, 'targets'>;

/** What renderJson writes, one target at a time; `targets` come in the order of their ids. */
export function* jsonPieces(frame: ReportFrame, targets: Iterable<TargetReport>): Generator<string> {
	const {schema, tool, host, failures, totals} = inOrder({...frame, targets: []});
	const field = (key: string, value: unknown) => `\t"${key}": ${safeLines(value, '\t')}`;
	yield `{\n${[field('schema', schema), field('tool', tool), field('host', host)].join(',\n')},\n\t"targets": [`;
	let count = 0;
	for (const target of targets) {
		yield `${count === 0 ? '' : ','}\n\t\t${safeLines(targetInOrder(target), '\t\t')}`;
		count += 1;
	}
	yield `${count === 0 ? '' : '\n\t'}],\n${[field('failures', failures), field('totals', totals)].join(',\n')}\n}\n`;
}

function safeLines(value: unknown, indent: string): string {
	return lines(value, indent).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

const lineLength = 200;

/** Stands on one line, without a space: most of a report is functions, of which a build has 1,500. */
class OneLine {
	constructor(readonly value: FunctionReport) {}
}

/** A report has a hundred thousand values: this is written for speed. */
function lines(value: unknown, indent: string): string {
	if (value instanceof OneLine) return JSON.stringify(value.value);
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const inner = `${indent}\t`;
	const isList = Array.isArray(value);
	const parts: string[] = [];
	let length = indent.length;
	let fits = true;
	const add = (part: string) => {
		parts.push(part);
		length += part.length + 2;
		fits &&= length <= lineLength && !part.includes('\n');
	};
	if (isList) for (const item of value) add(lines(item, inner));
	else for (const key of Object.keys(value)) add(`${quoted(key)}: ${lines((value as Fields)[key], inner)}`);
	const [open, close] = isList ? '[]' : '{}';
	if (fits) return `${open}${parts.join(', ')}${close}`;
	return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

type Fields = Readonly<Record<string, unknown>>;

/** Keys are the model's, which are few. */
function quoted(key: string): string {
	let text = keys.get(key);
	if (text === undefined) {
		text = JSON.stringify(key);
		if (keys.size < mostKeys) keys.set(key, text);
	}
	return text;
}

const keys = new Map<string, string>();
const mostKeys = 1000;

export function escaped(character: string): string {
	return Array.from({length: character.length}, (_, at) => character.charCodeAt(at))
		.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
		.join('');
}

interface TargetInOrder extends Omit<TargetReport, 'functions'> {
	readonly functions: readonly OneLine[];
}

interface ReportInOrder extends Omit<Report, 'targets'> {
	readonly targets: readonly TargetInOrder[];
}

/** The same report with keys in the model's order and lists sorted; only what the model knows is kept. */
function inOrder({tool, host, targets, failures, totals}: Report): ReportInOrder {
	return {
		schema: 2,
		tool: {name: tool.name, version: tool.version},
		host: {machine: host.machine, libc: host.libc, kernel: host.kernel},
		targets: sortedBy(targets, ({id}) => id).map(targetInOrder),
		failures: sortedBy(
			failures.map(({target, message}) => ({target, message})),
			({target, message}) => `${target}\0${message}`,
		),
		totals: Object.fromEntries(verdictKinds.map(kind => [kind, totals[kind]])) as Report['totals'],
	};
}

function targetInOrder({
	id,
	executable,
	interpreter,
	python,
	declared,
	binding,
	inlined,
	...rest
}: TargetReport): TargetInOrder {
	return {
		id,
		executable,
		interpreter: {
			path: interpreter.path,
			soname: interpreter.soname,
			buildId: interpreter.buildId,
			linkage: interpreter.linkage,
		},
		python: {
			implementation: python.implementation,
			version: python.version,
			abiflags: python.abiflags,
			debug: python.debug,
			freeThreaded: python.freeThreaded,
		},
		declared: {
			facts: sortedBy(
				declared.facts.map(({name, value, source}) => ({name, value, source})),
				({name, value, source}) => `${name}\0${source}\0${value}`,
			),
		},
		binding: {
			mode: binding.mode,
			functions: binding.functions,
			preemptible: binding.preemptible,
			partial: binding.partial,
			bound: binding.bound,
			unreferenced: binding.unreferenced,
		},
		inlined: {places: inlined.places, functions: inlined.functions, reason: inlined.reason},
		functions: sortedBy(rest.functions, ({symbol}) => symbol).map(one => new OneLine(functionInOrder(one))),
		findings: sortedBy(
			rest.findings.map(({kind, message}) => ({kind, message})),
			({kind, message}) => `${kind}\0${message}`,
		),
	};
}

function functionInOrder({symbol, family, definedBy, references, inlined, calls}: FunctionReport): FunctionReport {
	return {
		symbol,
		family,
		definedBy,
		references:
			references === null
				? null
				: {
						preemptible: references.preemptible,
						bound: references.bound,
						recursive: references.recursive,
						folded: references.folded,
						inlined: references.inlined,
					},
		inlined: inlined === null ? null : {calls: inlined.calls, counted: inlined.counted, left: inlined.left},
		calls: sortedBy(calls, ({caller}) => caller).map(callsInOrder),
	};
}

function callsInOrder({caller, honored, bypassed, probe, workload, verdict}: CallsReport): CallsReport {
	return {
		caller,
		honored,
		bypassed,
		probe: countsInOrder(probe),
		workload: countsInOrder(workload),
		verdict: verdictInOrder(verdict),
	};
}

function countsInOrder(counts: Counts | null): Counts | null {
	return counts === null ? null : {honored: counts.honored, bypassed: counts.bypassed};
}

function verdictInOrder(verdict: Verdict): Verdict {
	switch (verdict.kind) {
		case 'honored':
			return {kind: 'honored', calls: verdict.calls};
		case 'partial':
			return {
				kind: 'partial',
				calls: verdict.calls,
				bypassed: verdict.bypassed,
				bound: verdict.bound,
				because: verdict.because,
			};
		case 'bypassed':
			return {kind: 'bypassed', bypassed: verdict.bypassed, because: verdict.because};
		case 'uncalled':
			return {kind: 'uncalled', references: verdict.references, 'would-be': verdict['would-be']};
		case 'absent':
			return {kind: 'absent'};
		case 'inconclusive':
			return {kind: 'inconclusive', because: verdict.because};
	}
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
	return [...items].sort((a, b) => byCodeUnit(key(a), key(b)));
}
