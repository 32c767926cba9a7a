/** This file writes an explanation for a terminal: the answer, then the evidence for it, then what to do. */

import type {Example, Explanation} from '../../model/explanation.js';
import type {ToolFate} from '../../model/known-tool.js';
import type {ClaimReport} from '../../model/reported-claims.js';
import {factSentences} from '../inspect/facts.js';
import {counted} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, padEnd, widest, wrap} from '../text.js';
import {ownCallsSentences} from '../who-is-hit.js';
import {bindingWords, verdictGlyph, verdictSentence} from '../words.js';
import {adviceOn, type OnFunction} from './advice.js';
import {byHand} from './by-hand.js';
import {codeLines, hex} from './code-lines.js';
import {
	answer,
	callsWords,
	isDecoded,
	notes,
	outside,
	pathsWords,
	relocationLines,
	siteWords,
} from './explain-words.js';

export interface ExplainOptions extends TerminalOptions {
	/** The machine that the commands run on, as `uname -m` names it. */
	readonly host: string;
	/** The family, where the symbol is one of the catalog's. */
	readonly family: string | null;
	/** The known tools that override or hook the function, and what becomes of the object's own calls. */
	readonly tools: readonly ToolFate[];
}

export function renderExplanation(explanation: Explanation, options: ExplainOptions): string {
	const terminal = space(options);
	const sections = [
		headline(explanation, terminal),
		ran(explanation, terminal),
		callSites(explanation, terminal),
		data(explanation, terminal),
		body(explanation, terminal),
		hookers(options.tools, terminal),
		instead(adviceOn(options.family, explanation.symbol, explanation), terminal),
		hand(explanation, options.host, terminal),
		further(explanation, terminal),
	].filter(lines => lines.length > 0);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

const indent = '  ';

function headline(explanation: Explanation, {columns, brush, show}: Space): string[] {
	const {object} = explanation;
	return [
		...wrap(show(answer(explanation)), columns).map(brush.bold),
		...wrap(show(outside(explanation)), columns),
		...notes(explanation).flatMap(note => wrap(show(note), columns)),
		...wrap(
			show(
				`${object.path}: ${isDecoded(object) ? bindingWords[object.mode] : 'what its relocations tell'}; ${object.machine}.`,
			),
			columns,
		).map(brush.dim),
		...(explanation.cause === 'unknown' ? factSentences(object.facts) : []).flatMap(fact =>
			wrap(fact, columns, indent),
		),
	];
}

function ran({counted}: Explanation, {columns, brush, show, unicode}: Space): string[] {
	if (counted === null) return [];
	if (counted.claims.length === 0) return [];
	const width = widest(counted.claims.map(({route}) => route));
	const line = ({route, verdict}: ClaimReport) => {
		const text = `${verdictGlyph(verdict.kind, unicode)} ${padEnd(route, width)} ${verdict.kind}: ${verdictSentence(verdict)}.`;
		return hang(show(text), columns, indent).map(part => brush.verdict(verdict.kind, part));
	};
	return [brush.bold(`Counted on ${show(counted.target)}`), ...counted.claims.flatMap(line)];
}

function callSites(explanation: Explanation, terminal: Space): string[] {
	const sites = explanation.sites.filter(({form}) => form === 'call' || form === 'jump');
	if (explanation.examples.length === 0) return [];
	const {brush, columns} = terminal;
	const taken = explanation.sites.filter(({form}) => form === 'instruction').length;
	const alone =
		taken === 0 ? [] : [`${counted(taken, 'instruction')} that ${taken === 1 ? 'takes' : 'take'} the address`];
	const total = [...(sites.length === 0 ? [] : [`${callsWords(sites)}: ${pathsWords(sites)}`]), ...alone].join('; ');
	return [
		...wrap(total, columns, indent).map(brush.bold),
		...explanation.examples.flatMap(example => exampleLines(example, explanation, terminal)),
	];
}

function exampleLines({site, code}: Example, explanation: Explanation, terminal: Space): string[] {
	const {brush, columns, show} = terminal;
	const place = site.inside === null ? '' : ` in ${show(site.inside)}`;
	return [
		...hang(`at ${hex(site.at)}${place}: ${siteWords(site, explanation)}`, columns, indent),
		...codeLines(code, terminal, site.at).map(line => (line.marked ? brush.bold(line.text) : brush.dim(line.text))),
	];
}

function data({relocations}: Explanation, {brush, columns, show}: Space): string[] {
	const lines = relocationLines(relocations, hex);
	if (lines.length === 0) lines.push('none names it and none holds its address');
	return [brush.bold('Relocations'), ...lines.flatMap(line => hang(show(line), columns, indent))];
}

function body({body, symbol}: Explanation, terminal: Space): string[] {
	const {brush, columns, show} = terminal;
	if (body === null) return [];
	const facts = [
		`${hex(body.address)}, ${counted(body.size, 'byte')}`,
		...(body.ifunc ? ['an indirect function: this is its resolver'] : []),
		...(body.weak ? ['weak'] : []),
		...(body.visibility === 'protected' ? ['protected visibility'] : []),
		...(body.aliases.length > 0 ? [`also named ${body.aliases.join(', ')}`] : []),
	];
	return [
		...wrap(show(`${symbol} itself: ${facts.join('; ')}`), columns, indent).map(brush.bold),
		...codeLines(body.code, terminal).map(({text}) => brush.dim(text)),
	];
}

function hookers(tools: readonly ToolFate[], {columns, brush, show}: Space): string[] {
	if (tools.length === 0) return [];
	return [
		brush.bold('Known tools that override or hook it, and what they get of the calls in this file'),
		...ownCallsSentences(tools).flatMap(line => hang(show(line), columns, `${indent}- `)),
	];
}

function instead({about, instead, whateverTheBinding}: OnFunction, {brush, columns}: Space): string[] {
	const list = (items: readonly string[]) => items.flatMap(item => hang(item, columns, `${indent}- `));
	return [
		...(about === null
			? []
			: [...wrap(`Instead of an override (${about})`, columns).map(brush.bold), ...list(instead)]),
		brush.bold('Whatever the binding'),
		...list(whateverTheBinding),
	];
}

function hand(explanation: Explanation, host: string, {brush, show}: Space): string[] {
	const rows = byHand(explanation, host);
	if (rows.length === 0) return [];
	return [
		brush.bold('By hand'),
		...rows.flatMap(({command, prints, atLeast, what}) => [
			`${indent}${show(command)}`,
			brush.dim(`${indent}  # ${atLeast ? 'at least ' : ''}${prints}: ${what}`),
		]),
	];
}

function further({cause}: Explanation, {brush, columns}: Space): string[] {
	if (cause === null) return [];
	return wrap(`'pyinterpose explain ${cause}' tells more of the cause.`, columns).map(brush.dim);
}
