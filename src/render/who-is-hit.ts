/** This file writes who is hit: which known tools keep their calls on a build, which lose them, and why. */

import {
	type ToolCall,
	type ToolChange,
	type ToolFate,
	type ToolKind,
	type ToolOutcome,
	toolKinds,
	toolOutcomes,
} from '../model/known-tool.js';
import {type Cause, causes} from '../model/verdict.js';
import {counted, few} from './numbers.js';
import type {Space} from './space.js';
import {hang} from './text.js';
import {briefCauses, routeWords} from './words.js';

/** Each finishes "a tool that …" and says how it gets its calls. */
const toolKindWords = {
	preload: 'is preloaded',
	'got-rewrite': 'rewrites GOT slots',
	'code-patch': "overwrites the function's first instructions",
	uprobe: 'sets uprobes',
	'allocator-api': "uses Python's own interface (PEP 445)",
	other: 'reads the process from outside',
} as const satisfies Record<ToolKind, string>;

const toolOutcomeWords = {
	loses: 'loses all its calls',
	partly: 'loses some of its calls',
	unknown: 'unknown',
	keeps: 'keeps its calls',
	untouched: 'needs no override',
} as const satisfies Record<ToolOutcome, string>;

/** The losers each with its reason, then the others by name. */
export function whoIsHitLines(fates: readonly ToolFate[], terminal: Space): readonly string[] {
	const {columns, brush, show} = terminal;
	const hit = fates.filter(({outcome}) => outcome === 'loses' || outcome === 'partly');
	const names = (wanted: ToolOutcome) => fates.filter(({outcome}) => outcome === wanted).map(({tool}) => tool.name);
	const list = (title: string, wanted: ToolOutcome) =>
		names(wanted).length === 0 ? [] : hang(show(`${title}: ${names(wanted).join(', ')}.`), columns, '  ');
	return [
		brush.bold('Who is hit'),
		...(hit.length === 0 ? ['  None of the known tools whose functions were tested.'] : []),
		...hit.flatMap(fate => hang(show(fateSentence(fate)), columns, '  ')),
		...list('Keep their calls', 'keeps'),
		...list('Need no override', 'untouched'),
		...list('Unknown, for nothing was found out of their functions', 'unknown'),
	];
}

/** One sentence for a summary: who loses calls, by name up to `most`, and how many keep theirs. Empty where nobody was looked at. */
export function hitSentence(fates: readonly ToolFate[], most: number): string {
	const hit = (['loses', 'partly'] as const).flatMap(wanted => fates.filter(({outcome}) => outcome === wanted));
	const kept = fates.filter(({outcome}) => outcome === 'keeps').length;
	if (hit.length + kept === 0) return '';
	const of = `Who is hit, of ${counted(hit.length + kept, 'known tool')}`;
	if (hit.length === 0) return `${of}: none.`;
	const names = hit.map(({tool, outcome}) => `${tool.name}${outcome === 'partly' ? ' (in part)' : ''}`);
	const more = hit.length > most ? ` and ${counted(hit.length - most, 'other')}` : '';
	return `${of}: ${names.slice(0, most).join(', ')}${more}.`;
}

/** Who loses calls from one build to the other, where that is from, and who gains them: a sentence each, none where nobody does. */
export function changeSentences(changes: readonly ToolChange[]): readonly string[] {
	const part = (title: string, pick: (change: ToolChange) => readonly ToolCall[]) => {
		const some = changes.filter(change => pick(change).length > 0);
		const names = some.slice(0, mostTools).map(change => `${change.tool.name} (${withReason(pick(change))})`);
		const more = some.length > mostTools ? ` and ${counted(some.length - mostTools, 'other')}` : '';
		return some.length === 0 ? [] : [`${title}: ${names.join(', ')}${more}.`];
	};
	return [
		...part('Who loses calls', ({lost}) => lost),
		...sources(changes.filter(({lost}) => lost.length > 0)),
		...part('Who gains calls', ({gained}) => gained),
	];
}

/** Where it is written which functions the tools hook. */
function sources(changes: readonly ToolChange[]): readonly string[] {
	const texts = changes.slice(0, mostTools).map(({tool: {name, version, source}}) => `${name} ${version}, ${source}`);
	return texts.length === 0 ? [] : [`What they hook is read from: ${texts.join('; ')}.`];
}

const mostTools = 6;

/** The functions, and why their calls pass the tool by; a gain has no reason. */
function withReason(calls: readonly ToolCall[]): string {
	const reasons = new Set(calls.flatMap(({because}) => (because === null ? [] : [reasonText(because)])));
	return [namesText(calls.map(({symbol}) => symbol)), ...reasons].join('; ');
}

/** Of the calls of one function by one object: the tools that get the same, in the same way, stand together. */
export function ownCallsSentences(fates: readonly ToolFate[]): readonly string[] {
	return toolOutcomes.flatMap(outcome => {
		const same = fates.filter(fate => fate.outcome === outcome);
		const groups = toolKinds.flatMap(kind => {
			const names = same.filter(({tool}) => tool.kind === kind).map(({tool}) => tool.name);
			return names.length === 0 ? [] : [`${names.join(', ')} (${toolKindWords[kind]})`];
		});
		return groups.length === 0 ? [] : [`${ownCallsWords[outcome]}: ${groups.join('; ')}`];
	});
}

const ownCallsWords = {
	loses: 'none',
	partly: 'some',
	unknown: 'not known, or none is made',
	keeps: 'all',
	untouched: 'whatever the binding',
} as const satisfies Record<ToolOutcome, string>;

/** One sentence: what becomes of the tool on this build, with the reason. */
export function fateSentence({tool, outcome, kept, some, lost, unknown}: ToolFate): string {
	const who = `${tool.name} (${toolKindWords[tool.kind]})`;
	switch (outcome) {
		case 'loses':
			return `${who} ${toolOutcomeWords.loses}: ${callsText(lost)}.`;
		case 'partly': {
			const rest = kept.length === 0 ? '' : `; ${counted(kept.length, 'other')} of its calls are kept`;
			return `${who} ${toolOutcomeWords.partly}: ${callsText([...lost, ...some])}${rest}.`;
		}
		case 'keeps':
			return `${who} ${toolOutcomeWords.keeps} of ${namesText(kept.map(({symbol}) => symbol))}.`;
		case 'untouched':
			return `${who} ${toolOutcomeWords.untouched}.`;
		case 'unknown':
			return unknown.length === 0
				? `${who}: unknown, because none of its functions was looked at.`
				: `${who}: unknown, because of ${namesText(unknown.map(({symbol}) => symbol))} it could not be found out.`;
	}
}

/** Calls of one caller for one reason stand together: `Py_RunMain from inside the interpreter (bound by LTO)`. */
function callsText(calls: readonly ToolCall[]): string {
	const groups = new Map<string, {readonly calls: ToolCall[]; readonly text: (names: string) => string}>();
	for (const call of calls) {
		const why = call.because === null ? '' : ` (${reasonText(call.because)})`;
		const key = `${call.caller}\0${why}`;
		const group = groups.get(key) ?? {calls: [], text: names => `${names} ${routeWords[call.caller]}${why}`};
		group.calls.push(call);
		groups.set(key, group);
	}
	return [...groups.values()].map(group => group.text(namesText(group.calls.map(({symbol}) => symbol)))).join('; ');
}

function namesText(symbols: readonly string[]): string {
	return few([...new Set(symbols)], 4);
}

/** A cause in few words; anything else, such as why it could not be found out, as it is. */
function reasonText(because: string): string {
	return isCause(because) ? briefCauses[because] : because;
}

function isCause(text: string): text is Cause {
	return (causes as readonly string[]).includes(text);
}
