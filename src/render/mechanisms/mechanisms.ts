/** This file writes the table of ways to intercept calls: a row for each way and what it is to see, a column for each build. */

import type {
	Mechanism,
	MechanismCell,
	MechanismEvent,
	MechanismOutcome,
	MechanismsBuild,
	MechanismsReport,
} from '../../model/mechanisms.js';
import type {VerdictKind} from '../../model/verdict.js';
import {grouped} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, padEnd, widest} from '../text.js';
import {verdictGlyph} from '../words.js';

const eventWords = {
	PyErr_Occurred: "PyErr_Occurred: calls by the interpreter's own C code",
	malloc: "malloc: calls by the interpreter's own C code",
	objects: "objects that Python's allocator gives",
	'python-calls': 'calls of a function written in Python',
	opens: 'files that Python opens',
} as const satisfies Record<MechanismEvent, string>;

const mechanismWords = {
	'ld-preload': 'LD_PRELOAD',
	'ld-audit-symbind': 'LD_AUDIT, la_symbind',
	'ld-audit-pltenter': 'LD_AUDIT, la_pltenter',
	'got-rewrite': 'GOT rewriting',
	'inline-hook': 'inline hook at the entry',
	uprobe: 'uprobe at the entry',
	'pep-445': 'allocator (PEP 445)',
	tracemalloc: 'tracemalloc',
	'pep-669': 'sys.monitoring (PEP 669)',
	setprofile: 'sys.setprofile',
	'pep-578': 'audit hook (PEP 578)',
} as const satisfies Record<Mechanism, string>;

const kinds = {
	every: 'honored',
	some: 'partial',
	none: 'bypassed',
	unavailable: 'inconclusive',
} as const satisfies Record<MechanismOutcome['kind'], VerdictKind>;

export function renderMechanisms({builds}: MechanismsReport, options: TerminalOptions): string {
	const on = space(options);
	const [first] = builds;
	if (first === undefined) return '';
	const names = builds.map(build => nameOf(build, builds));
	const left = widest(Object.values(mechanismWords)) + 4;
	const widths = builds.map(
		(build, at) => Math.max(widest([names[at] ?? '', ...build.cells.map(({outcome}) => cell(outcome, on))]), 6) + 2,
	);
	const head = `${' '.repeat(left)}${names.map((name, at) => padEnd(on.show(name), widths[at] ?? 0)).join('')}`;
	const lines: string[] = [on.brush.bold(head)];
	let event: MechanismEvent | null = null;
	for (const [index, one] of first.cells.entries()) {
		if (one.event !== event) lines.push('', eventWords[one.event]);
		event = one.event;
		const cells = builds.map((build, at) => painted(build.cells[index], widths[at] ?? 0, on));
		lines.push(`${padEnd(`  ${mechanismWords[one.mechanism]}`, left)}${cells.join('')}`);
	}
	const notes = builds.flatMap((build, at) => reasons(build, names[at] ?? '', on));
	return `${[...lines, ...(notes.length > 0 ? ['', ...notes] : [])].map(line => line.trimEnd()).join('\n')}\n`;
}

function nameOf(build: MechanismsBuild, builds: readonly MechanismsBuild[]): string {
	const name = ({python, interpreter}: MechanismsBuild) => `${python.version} ${interpreter.linkage}`;
	return builds.filter(one => name(one) === name(build)).length > 1 ? build.id : name(build);
}

function cell(outcome: MechanismOutcome, {unicode}: Space): string {
	return `${verdictGlyph(kinds[outcome.kind], unicode)} ${text(outcome)}`;
}

function text(outcome: MechanismOutcome): string {
	switch (outcome.kind) {
		case 'every':
			return `all ${grouped(outcome.events)}`;
		case 'some':
			return `${grouped(outcome.seen)} of ${grouped(outcome.events)}`;
		case 'none':
			return `none of ${grouped(outcome.events)}`;
		case 'unavailable':
			return 'not available';
	}
}

function painted(one: MechanismCell | undefined, width: number, on: Space): string {
	return one === undefined ? '' : on.brush.verdict(kinds[one.outcome.kind], padEnd(cell(one.outcome, on), width));
}

function reasons({cells}: MechanismsBuild, name: string, on: Space): readonly string[] {
	const grouped = new Map<string, string[]>();
	for (const {mechanism, outcome} of cells) {
		if (outcome.kind !== 'unavailable') continue;
		const ways = grouped.get(outcome.because) ?? [];
		if (!ways.includes(mechanismWords[mechanism])) ways.push(mechanismWords[mechanism]);
		grouped.set(outcome.because, ways);
	}
	return [...grouped].flatMap(([because, ways]) =>
		hang(on.show(`${name}: ${ways.join(', ')}: ${because}`), on.columns, '? '),
	);
}
