/** This file says what a symbol of the catalog is, where no build is given to look it up in. */

import type {Route} from '../../model/claim.js';
import {jsonText} from '../json.js';
import {space, type TerminalOptions} from '../space.js';
import {hang, wrap} from '../text.js';
import {routeWords} from '../words.js';
import {adviceOn} from './advice.js';

export interface Known {
	readonly symbol: string;
	readonly family: string;
	/** As native/hooks.def has it; null for one that is called by jumping. */
	readonly prototype: string | null;
	/** The routes on which `check` can count it. */
	readonly routes: readonly Route[];
}

export function renderKnown({symbol, family, prototype, routes}: Known, options: TerminalOptions): string {
	const {brush, columns} = space(options);
	const list = (items: readonly string[]) => items.flatMap(item => hang(item, columns, '  - '));
	const {about, instead, whateverTheBinding} = adviceOn(family, symbol);
	const where = family.startsWith('libc-') ? 'libc' : 'the interpreter';
	return `${[
		...wrap(`${symbol} is a function of ${where}${about === null ? '' : ` for ${about}`}.`, columns).map(brush.bold),
		...(prototype === null ? [] : [`  ${prototype}`]),
		...wrap(`Its override counts and forwards; family ${family}. 'check' counts calls of it:`, columns),
		...list(routes.map(route => `${route}: ${routeWords[route]}`)),
		'',
		...(instead.length === 0 ? [] : [brush.bold('Instead of an override'), ...list(instead)]),
		brush.bold('Whatever the binding'),
		...list(whateverTheBinding),
		'',
		...wrap(`'pyinterpose explain ${symbol} TARGET' shows how one build calls it.`, columns).map(brush.dim),
	].join('\n')}\n`;
}

export function knownJson(known: Known): string {
	return jsonText({schema: 1, ...known, ...adviceOn(known.family, known.symbol)});
}
