/** This file writes XML in which no text of a report can be anything but text. */

import {visible} from '../model/visible.js';

/** Markup that is already written, as distinct from text that is not. */
export interface Markup {
	readonly lines: readonly string[];
}

export function xmlDocument({lines}: Markup): string {
	return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, ''].join('\n');
}

export function textMarkup(value: string): Markup {
	return {lines: [escapeXml(value)]};
}

export function element(
	name: string,
	attributes: Readonly<Record<string, string>>,
	children: readonly Markup[],
): Markup {
	const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(value)}"`)].join(' ');
	const lines = children.flatMap(child => child.lines);
	const [only] = lines;
	if (only === undefined) return {lines: [`<${head}/>`]};
	if (lines.length === 1 && !only.startsWith('<')) return {lines: [`<${head}>${only}</${name}>`]};
	return {lines: [`<${head}>`, ...lines.map(line => `\t${line}`), `</${name}>`]};
}

/** What XML cannot hold at all is spelled out. */
function escapeXml(value: string): string {
	return visible(value)
		.replace(/[\ufffe\uffff]/g, character => `\\u{${character.charCodeAt(0).toString(16)}}`)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
