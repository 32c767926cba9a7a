/** This file writes an explanation of a variable: the answer, then the evidence for it, then how to check it by hand. */

import type {DataExample, DataExplanation} from '../../model/data-explanation.js';
import {jsonText} from '../json.js';
import {counted} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, wrap} from '../text.js';
import {codeLines, hex} from './code-lines.js';
import {dataByHand} from './data-by-hand.js';
import {dataAnswer, dataNotes, dataOutside, useWords} from './data-words.js';
import {relocationLines} from './explain-words.js';

export interface DataExplanationOptions extends TerminalOptions {
	/** The machine that the commands run on, as `uname -m` names it. */
	readonly host: string;
}

export function renderDataExplanation(explanation: DataExplanation, options: DataExplanationOptions): string {
	const terminal = space(options);
	const sections = [
		headline(explanation, terminal),
		uses(explanation, terminal),
		relocations(explanation, terminal),
		hand(explanation, options.host, terminal),
		wrap(
			"'pyinterpose explain data' tells what an override of data reaches, and what is counted.",
			terminal.columns,
		).map(terminal.brush.dim),
	].filter(lines => lines.length > 0);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

/** The evidence as it was gathered, and what the terminal shows beside it. */
export function dataExplanationJson(explanation: DataExplanation, {host}: DataExplanationOptions): string {
	return jsonText({
		schema: 1,
		answer: dataAnswer(explanation),
		...explanation,
		notes: [dataOutside(explanation), ...dataNotes(explanation)],
		byHand: dataByHand(explanation, host),
	});
}

const indent = '  ';

function headline(explanation: DataExplanation, {columns, brush, show}: Space): string[] {
	const {object} = explanation;
	return [
		...wrap(show(dataAnswer(explanation)), columns).map(brush.bold),
		...wrap(show(dataOutside(explanation)), columns),
		...dataNotes(explanation).flatMap(note => wrap(show(note), columns)),
		...wrap(
			show(`${object.path}: ${object.executable ? 'an executable' : 'a library'}; ${object.machine}.`),
			columns,
		).map(brush.dim),
	];
}

function uses(explanation: DataExplanation, terminal: Space): string[] {
	if (explanation.examples.length === 0) return [];
	const code = explanation.uses.filter(({form}) => form === 'code');
	const through = code.filter(({path}) => path === 'got').length;
	const total = [
		...(through === 0 ? [] : [`${counted(through, 'instruction')} through the GOT`]),
		...(code.length === through ? [] : [`${counted(code.length - through, 'instruction')} with an address within it`]),
	].join(', ');
	return [
		...wrap(total, terminal.columns, indent).map(terminal.brush.bold),
		...explanation.examples.flatMap(example => exampleLines(example, explanation, terminal)),
	];
}

function exampleLines({use, code}: DataExample, explanation: DataExplanation, terminal: Space): string[] {
	const {brush, columns, show} = terminal;
	const place = use.inside === null ? '' : ` in ${show(use.inside)}`;
	return [
		...hang(`at ${hex(use.at)}${place}: ${useWords(use, explanation)}`, columns, indent),
		...codeLines(code, terminal, use.at).map(line => (line.marked ? brush.bold(line.text) : brush.dim(line.text))),
	];
}

function relocations({relocations}: DataExplanation, {brush, columns, show}: Space): string[] {
	const lines = relocationLines(relocations, hex);
	if (lines.length === 0) lines.push('none names it and none holds an address within it');
	return [brush.bold('Relocations'), ...lines.flatMap(line => hang(show(line), columns, indent))];
}

function hand(explanation: DataExplanation, host: string, {brush, show}: Space): string[] {
	const rows = dataByHand(explanation, host);
	if (rows.length === 0) return [];
	return [
		brush.bold('By hand'),
		...rows.flatMap(({command, prints, what}) => [
			`${indent}${show(command)}`,
			brush.dim(`${indent}  # ${prints}: ${what}`),
		]),
	];
}
