/** This file writes an audit for a terminal: the answer for each build first, then what is lost and why, then what is missing. */

import {basename} from 'node:path';
import type {AuditedBuild, AuditedCalls, AuditedFunction, AuditReport, AuditVerdict} from '../../model/audit.js';
import {causes} from '../../model/verdict.js';
import {counted, few, grouped, percent} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, padEnd, widest} from '../text.js';
import {briefCauses, verdictGlyph} from '../words.js';
import {callerWords, instead} from './words.js';

export interface AuditOptions extends TerminalOptions {
	/** Whether every function is told of. */
	readonly details: boolean;
}

export function renderAudit(report: AuditReport, options: AuditOptions): string {
	const on = space(options);
	const {builds} = report;
	const whole = builds.length === 1 || options.details;
	const lines = [
		...(builds.length > 1 ? summary(report, on) : []),
		...(whole
			? builds.flatMap((build, at) => [
					...(at > 0 || builds.length > 1 ? [''] : []),
					...buildLines(build, report, on, options.details),
				])
			: []),
	];
	return lines.length === 0 ? '' : `${lines.map(line => line.trimEnd()).join('\n')}\n`;
}

/** One line for each build, the worst first; then what tells more. */
function summary(report: AuditReport, on: Space): readonly string[] {
	const rank = (build: AuditedBuild) => order.indexOf(worstOf(build));
	const builds = report.builds.toSorted((a, b) => rank(a) - rank(b));
	const names = builds.map(build => shortName(build, report));
	const width = widest(names);
	return [
		...builds.flatMap((build, at) => {
			const kind = worstOf(build);
			const first = `${on.brush.verdict(kind, verdictGlyph(kind, on.unicode))} ${padEnd(on.show(names[at] ?? ''), width)}  `;
			return hang(on.show(inOneLine(build)), on.columns, first);
		}),
	];
}

function inOneLine(build: AuditedBuild): string {
	if (build.inconclusive !== null && build.broken === null) return `could not find out: ${build.inconclusive}`;
	const gaps = build.missing.filter(({kind}) => kind === 'family').map(({symbol}) => symbol);
	return gaps.length === 0
		? answer(build)
		: `${answer(build)} It leaves out ${few(gaps, mostNames)}, which this Python calls.`;
}

/** Told apart by version and linkage, or by the id where that is not enough; and by the order of the libraries. */
function shortName(build: AuditedBuild, report: AuditReport): string {
	const name = ({python, interpreter}: AuditedBuild) => `${python.version} ${interpreter.linkage}`;
	const alike = new Set(report.builds.filter(one => name(one) === name(build)).map(({id}) => id));
	const own = alike.size > 1 ? build.id : name(build);
	if (report.libraries.length < 2) return own;
	return `${own}, ${build.order.map(index => nameOf(report, index)).join(' before ')}`;
}

function buildLines(build: AuditedBuild, report: AuditReport, on: Space, details: boolean): readonly string[] {
	const libraries = build.order.map(index => nameOf(report, index)).join(', then ');
	const head = `${libraries} on ${build.id}`;
	if (build.inconclusive !== null && build.broken === null) {
		return [
			...marked('inconclusive', on.brush.bold(on.show(head)), on),
			...hang(on.show(`Could not find out: ${build.inconclusive}.`), on.columns, '  '),
			...findingLines(build, on),
		];
	}
	return [
		...marked(worstOf(build), on.brush.bold(on.show(head)), on),
		...hang(on.show(answer(build)), on.columns, '  '),
		...losses(build, on),
		...table(build, report, on, details),
		...missingLines(build, on),
		...expectationLines(build, on),
		...findingLines(build, on),
	];
}

function nameOf({libraries}: AuditReport, index: number): string {
	const library = libraries[index];
	return library === undefined ? '?' : (library.soname ?? basename(library.path));
}

type Kind = AuditVerdict['kind'] | 'absent';

const order = [
	'inconclusive',
	'bypassed',
	'partial',
	'honored',
	'uncalled',
	'absent',
] as const satisfies readonly Kind[];

function worstOf(build: AuditedBuild): Kind {
	if (build.broken !== null) return 'bypassed';
	if (build.inconclusive !== null) return 'inconclusive';
	if (build.expectation?.kept === false) return 'bypassed';
	const kinds = build.functions.map(kindOf);
	return (['bypassed', 'partial', 'inconclusive', 'honored'] as const).find(kind => kinds.includes(kind)) ?? 'uncalled';
}

/** Of all callers together. */
function kindOf({calls, chain, definedBy}: AuditedFunction): Kind {
	if (definedBy.length === 0) return 'absent';
	const kinds = (chain === null ? calls : [chain]).map(({verdict}) => verdict.kind);
	if (kinds.includes('partial') || (kinds.includes('bypassed') && kinds.includes('honored'))) return 'partial';
	return (['bypassed', 'inconclusive', 'honored'] as const).find(kind => kinds.includes(kind)) ?? 'uncalled';
}

function answer(build: AuditedBuild): string {
	const {functions, broken} = build;
	if (broken !== null) return `The program does not survive the library: it ${broken}.`;
	const kinds = functions.map(kindOf);
	const many = (kind: Kind) => kinds.filter(one => one === kind).length;
	const called = functions.length - many('uncalled') - many('absent');
	if (called === 0) {
		return `None of the ${counted(functions.length, 'function')} that it overrides was called${wouldBe(functions)}.`;
	}
	const parts = [
		get(many('honored'), 'every call'),
		get(many('partial'), 'some'),
		get(many('bypassed'), 'none'),
		many('inconclusive') > 0 ? `of ${many('inconclusive')} it could not be found out` : '',
	].filter(part => part !== '');
	const total = (what: (calls: AuditedCalls) => number) =>
		functions.flatMap(({calls}) => calls).reduce((sum, one) => sum + what(one), 0);
	const [reached, passed] = [total(one => one.honored), total(one => one.bypassed ?? 0)];
	const share = `${percent(reached, reached + passed)} of ${grouped(reached + passed)} calls reach it`;
	return `Of ${counted(called, 'function')} called, ${parts.join(', ')}: ${share}.`;
}

function get(count: number, what: string): string {
	return count === 0 ? '' : `${count} ${count === 1 ? 'gets' : 'get'} ${what}`;
}

function wouldBe(functions: readonly AuditedFunction[]): string {
	const lost = functions.filter(({calls}) =>
		calls.some(({verdict}) => verdict.kind === 'uncalled' && verdict['would-be'] === 'bypassed'),
	);
	return lost.length === 0 ? '' : `; ${lost.length} of them would get none of the calls`;
}

/** One sentence for each cause and set of callers, with the functions that it concerns; then what to do instead. */
function losses({functions}: AuditedBuild, on: Space): readonly string[] {
	const groups = new Map<string, string[]>();
	const ways = new Map<string, string[]>();
	for (const {symbol, calls} of functions) {
		for (const [sentence, way] of sentences(symbol, calls)) {
			groups.set(sentence, [...(groups.get(sentence) ?? []), symbol]);
			if (way !== null) ways.set(way, [...new Set([...(ways.get(way) ?? []), symbol])]);
		}
	}
	return [
		...[...groups].flatMap(([sentence, names]) =>
			hang(on.show(`${sentence}: ${few(names, mostNames)}.`), on.columns, '  '),
		),
		...[...ways].flatMap(([way, names]) =>
			hang(on.show(`Instead of ${few(names, mostNames)}: ${way}.`), on.columns, '  '),
		),
	];
}

/** For one function: what is lost, and what to do instead. */
function* sentences(symbol: string, calls: readonly AuditedCalls[]): Generator<readonly [string, string | null]> {
	for (const kind of ['bypassed', 'partial'] as const) {
		for (const because of causes) {
			const some = calls.filter(({verdict}) => verdict.kind === kind && verdict.because === because);
			if (some.length === 0) continue;
			const what = kind === 'bypassed' ? 'None of the calls' : 'Not all calls';
			const who = some.map(({caller}) => callerWords[caller]).join(' and ');
			yield [`${what} by ${who} reach it (${briefCauses[because]})`, instead(symbol, because)];
		}
	}
}

const mostNames = 8;

function table(build: AuditedBuild, report: AuditReport, on: Space, details: boolean): readonly string[] {
	const rows = build.functions
		.filter(one => details || (kindOf(one) !== 'uncalled' && kindOf(one) !== 'absent'))
		.toSorted((a, b) => order.indexOf(kindOf(a)) - order.indexOf(kindOf(b)));
	const most = details ? rows.length : Math.min(rows.length, mostRows);
	const cells = rows.slice(0, most).map(one => row(one, report, on));
	const width = widest(cells.map(({name}) => name));
	const lines = cells.flatMap(({kind, name, rest}) =>
		hang(rest, on.columns, `${on.brush.verdict(kind, verdictGlyph(kind, on.unicode))} ${padEnd(name, width)}  `),
	);
	const left = rows.length - most;
	return [
		...(lines.length > 0 ? [''] : []),
		...lines.map(line => `  ${line}`),
		...(left > 0 ? [`  ${left} more functions: --details shows all.`] : []),
	];
}

const mostRows = 12;

function row(one: AuditedFunction, report: AuditReport, on: Space) {
	const kind = kindOf(one);
	const library = report.libraries.length > 1 ? ` (${nameOf(report, one.library)})` : '';
	return {kind, name: on.show(`${one.symbol}${library}`), rest: on.show(text(one, report))};
}

function text(one: AuditedFunction, report: AuditReport): string {
	const {definedBy, calls, chain, uncounted, forwarded} = one;
	if (definedBy.length === 0) return 'nothing else defines it: this Python has no such function';
	if (chain !== null) {
		const front = nameOf(report, chain.behind);
		return `behind ${front}, which passes on ${grouped(chain.passedOn)} of ${counted(chain.made, 'call')}`;
	}
	const parts = calls.map(numbers).filter(part => part !== '');
	const rest = [
		forwarded > 0 ? `forwards ${grouped(forwarded)}` : '',
		uncounted === null ? '' : `not all counted: ${uncounted}`,
	].filter(part => part !== '');
	return `${parts.join('; ') || 'uncalled'}${rest.length > 0 ? ` (${rest.join('; ')})` : ''}`;
}

function numbers({caller, honored, bypassed, unsure, verdict}: AuditedCalls): string {
	switch (verdict.kind) {
		case 'honored':
			return `${caller} ${grouped(honored)}`;
		case 'partial':
			return bypassed === 0
				? `${caller} ${grouped(honored)}, and some of its references are bound`
				: `${caller} ${grouped(honored)} of ${grouped(honored + (bypassed ?? 0))}`;
		case 'bypassed':
			return `${caller} 0 of ${grouped(bypassed ?? 0)}`;
		case 'inconclusive':
			return unsure === 0
				? `${caller} ?`
				: `${caller} ${grouped(honored)}, and ${grouped(unsure)} that are its own or made by what it called`;
		case 'uncalled':
			return verdict['would-be'] === 'bypassed' ? `${caller} would get none` : '';
	}
}

/** What the library leaves out: another job's function by itself, other names of one function together. */
function missingLines({missing}: AuditedBuild, on: Space): readonly string[] {
	const many = (calls: number | null) => (calls === null ? 'not counted' : counted(calls, 'call'));
	const lines = missing
		.filter(({kind}) => kind === 'family')
		.map(({symbol, beside, calls, callers}) => {
			const who = callers.map(caller => callerWords[caller]).join(' and ');
			return `${symbol} (${many(calls)}) is called by ${who}; the library defines ${beside}, and not this.`;
		});
	const names = missing.filter(({kind, calls}) => kind === 'other-name' && calls !== 0);
	if (names.length > 0) {
		const list = names.map(({symbol, calls}) => `${symbol} (${many(calls)})`).join(', ');
		const besides = [...new Set(names.map(({beside}) => beside))].join(', ');
		lines.push(`${list}: by these names this Python calls what the library defines as ${besides}, and passes it by.`);
	}
	if (lines.length === 0) return [];
	return ['', ...lines.flatMap(line => hang(on.show(line), on.columns, on.brush.yellow('  ! ')))];
}

function expectationLines({expectation}: AuditedBuild, on: Space): readonly string[] {
	if (expectation === null) return [];
	const {expression, under, without, kept} = expectation;
	const say = (outcome: typeof under) => (outcome.kind === 'value' ? outcome.value : `failed: ${outcome.reason}`);
	const text = `${expression}: ${say(under)} under the library, ${say(without)} without it`;
	return ['', ...marked(kept ? 'honored' : 'bypassed', on.show(text), on)];
}

function findingLines({findings}: AuditedBuild, on: Space): readonly string[] {
	return findings.flatMap(({message}) => hang(on.show(message), on.columns, on.brush.yellow('  ! ')));
}

function marked(kind: Kind, text: string, on: Space): readonly string[] {
	return [`${on.brush.verdict(kind, verdictGlyph(kind, on.unicode))} ${text}`];
}
