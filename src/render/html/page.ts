/** This file is the frame of every HTML page: one file that loads nothing, in which nothing runs but its own script. */

import {createHash} from 'node:crypto';
import {style} from './style.js';

export interface Page {
	readonly title: string;
	/** Where the first link of the page leads, past its head. */
	readonly skip: {readonly to: string; readonly words: string};
	readonly heading: string;
	readonly nav: readonly (readonly [anchor: string, words: string])[];
	readonly main: readonly string[];
	readonly footer: string;
	/** JSON that the script reads; left out where it reads none. */
	readonly data?: string;
	readonly script: string;
}

/** All texts are HTML already. */
export function htmlPage({title, skip, heading, nav, main, footer, data, script}: Page): string {
	const links = nav.map(([anchor, words]) => `<a href="#${anchor}">${words}</a>`).join(' ');
	return [
		'<!DOCTYPE html>',
		'<html lang="en">',
		'<head>',
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy(script)}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="color-scheme" content="light dark">',
		`<title>${title}</title>`,
		`<style>${style}</style>`,
		'</head>',
		'<body>',
		`<a class="skip" href="#${skip.to}">${skip.words}</a>`,
		'<header>',
		`<h1>${heading}</h1>`,
		`<nav aria-label="Page">${links}</nav>`,
		'</header>',
		'<main>',
		...main,
		'</main>',
		`<footer>${footer}</footer>`,
		...(data === undefined ? [] : [`<script type="application/json" id="data">${data}</script>`]),
		`<script>${script}</script>`,
		'</body>',
		'</html>',
		'',
	].join('\n');
}

/** Nothing may be loaded, and nothing runs but the script. */
function policy(script: string): string {
	return [
		"default-src 'none'",
		`style-src '${digest(style)}'`,
		`script-src '${digest(script)}'`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
}

function digest(text: string): string {
	return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
