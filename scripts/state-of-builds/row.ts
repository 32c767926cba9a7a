/** This file draws a build's row of the state of builds out of what a check reported of it. Pure. */

import type {BindingMode} from '../../src/model/binding.js';
import {type Family, interpreterFamilies, libcFamilies} from '../../src/model/claim.js';
import type {DeclaredFact, Report, TargetReport} from '../../src/model/report.js';
import {workloadTotals} from '../../src/model/workload-totals.js';
import {buildAnswer} from '../../src/render/report/answer.js';
import {remedyOf} from '../../src/render/report/one-build.js';
import {type CallerRow, countOf, otherCallers, standingOf} from '../../src/render/report/standing.js';

/** What the page is written from, group by group. */
export interface State {
	readonly groups: readonly Group[];
}

export interface Group {
	readonly name: string;
	/** What repeats it. */
	readonly command: string;
	/** The day of the checks; null where nothing was checked yet. */
	readonly date: string | null;
	/** Why there is nothing to show. */
	readonly missing: string | null;
	readonly host: Report['host'] | null;
	readonly rows: readonly Row[];
	/** Commands that hold what is counted here to something else, with what they printed. */
	readonly transcripts?: readonly {readonly command: string; readonly output: string}[];
	/** Pythons that could not be checked, with the reason. */
	readonly failures: readonly {readonly name: string; readonly message: string}[];
}

export interface Row {
	readonly name: string;
	/** The package and its version, where it is of one. */
	readonly package: string | null;
	readonly version: string;
	readonly buildId: string | null;
	readonly linkage: 'static' | 'shared';
	readonly mode: BindingMode;
	/** Those flags, of all that the build says of itself, that bear on overrides. */
	readonly flags: readonly string[];
	readonly shares: readonly Share[];
	/** Calls of its own functions that the interpreter made while the workload ran; null where they were not counted. */
	readonly workload: {readonly honored: number; readonly bypassed: number | null} | null;
	readonly answer: string;
	/** What gives lost overrides back, as an imperative. */
	readonly remedy: string | null;
	readonly findings: readonly string[];
}

/** Functions of a family as the interpreter calls them, and as all others do: how many work, partly, not at all, or it is not known. */
export interface Share {
	readonly family: Family;
	readonly interpreter: Fates;
	readonly others: Fates;
}

export type Fates = readonly [works: number, partly: number, lost: number, unknown: number];

export const shownFamilies = [...interpreterFamilies, ...libcFamilies];

export function rowOf(target: TargetReport, name: string, ofPackage: string | null): Row {
	const {interpreter, python, binding, functions, declared, findings} = target;
	const workload = workloadTotals(target, 'interpreter');
	return {
		name,
		package: ofPackage,
		version: python.version,
		buildId: interpreter.buildId,
		linkage: interpreter.linkage,
		mode: binding.mode,
		flags: flagsOf(declared.facts),
		shares: shownFamilies.map(family => ({
			family,
			interpreter: fatesOf(functions, family, ['interpreter']),
			others: fatesOf(functions, family, otherCallers),
		})),
		workload: workload === null ? null : {honored: workload.honored, bypassed: workload.bypassed},
		answer: buildAnswer(target),
		remedy: remedyOf(target),
		// Sentences that name files of the machine are of no use elsewhere.
		findings: [...new Set(findings.map(({kind}) => kind))].sort(),
	};
}

function fatesOf(functions: TargetReport['functions'], family: Family, callers: readonly CallerRow[]): Fates {
	const own = functions.filter(one => one.family === family);
	const kind = (libcFamilies as readonly Family[]).includes(family) ? 'libc' : 'python';
	const standing = standingOf({functions: own}, kind, callers);
	return [
		countOf(standing, 'works'),
		countOf(standing, 'partly'),
		countOf(standing, 'lost'),
		countOf(standing, 'unknown'),
	];
}

const telling =
	/^(-O\w*|-f(no-)?(semantic-interposition|plt|lto(=\w+)?|profile-use|visibility=\w+|omit-frame-pointer|pie)|-flto.*|-Wl,.*-Bsymbolic(-functions)?|-Bsymbolic(-functions)?|--(enable|disable|with|without)-(shared|optimizations|lto|gil|pydebug|debug|bolt|tail-call-interp|experimental-jit|static-libpython-for-interpreter|mimalloc|pymalloc|computed-gotos|trace-refs)(=\S+)?)$/;

/** Each once, in the order of the facts: how it was configured, then what the compiler and the linker were told. */
function flagsOf(facts: readonly DeclaredFact[]): readonly string[] {
	const names = [
		'CONFIG_ARGS',
		'CC',
		'PY_CORE_CFLAGS',
		'PY_CFLAGS',
		'CFLAGS',
		'PY_CFLAGS_NODIST',
		'BLDSHARED',
		'LDSHARED',
		'PY_CORE_LDFLAGS',
		'LDFLAGS',
		'DW_AT_producer',
	];
	const words = names.flatMap(name =>
		facts.filter(fact => fact.name === name).flatMap(({value}) => value.replaceAll(/['"]/g, ' ').split(/\s+/)),
	);
	return [...new Set(words.filter(word => telling.test(word)))];
}
