/** This file puts the lab's sheet in words and numbers, for every form in which it is shown. */

import type {InternalCalls, Sheet, SheetRow} from '../../model/sheet.js';
import {listed} from '../numbers.js';

/** `+4.1 % (3.6 to 4.6)`: how much faster than the base, as a share of the base's speed. */
export function speedUp({speed}: SheetRow): string {
	if (speed === null) return '';
	const text = `${signed(1 / speed.ratio - 1)} (${signed(1 / speed.high - 1)} to ${signed(1 / speed.low - 1)})`;
	return speed.verdict === 'equal' ? `equal, ${text}` : text;
}

/** How much of the base's speed is won, in percent; 0 where the difference is noise. */
export function gain({speed}: SheetRow): number {
	return speed === null || speed.verdict === 'equal' ? 0 : (1 / speed.ratio - 1) * 100;
}

/** The share of internal calls that an override still gets, in percent. */
export function share({honored, bypassed}: InternalCalls): number {
	const all = honored + bypassed;
	return all === 0 ? 0 : (honored / all) * 100;
}

/** 0 and 100 are only exactly that. */
export function shareInWords(internal: InternalCalls | null): string {
	if (internal === null) return 'not known';
	const percent = share(internal);
	if (percent === 0 || percent === 100) return `${percent} %`;
	return percent < 0.1 ? '<0.1 %' : percent > 99.9 ? '>99.9 %' : `${percent.toFixed(1)} %`;
}

export function functionsInWords(internal: InternalCalls | null): string {
	return internal === null ? '' : `${internal.functionsHonored} of ${internal.functions}`;
}

export function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Two sentences that hold for these numbers and no others: the most that was won, and what it cost. */
export function conclusion({rows, base, python}: Sheet): string {
	const measured = rows.filter(({speed}) => speed !== null);
	const best = [...measured].sort((a, b) => gain(b) - gain(a))[0];
	const kept = rows.filter(row => row.variant !== base && row.internal !== null && row.linkage === 'shared');
	const none = kept.filter(({internal}) => internal !== null && internal.honored === 0).map(({variant}) => variant);
	const most = kept.filter(({internal}) => internal !== null && share(internal) >= 50).map(({variant}) => variant);
	return [
		best === undefined
			? `Speed was not measured.`
			: gain(best) <= 0
				? `No variant of CPython ${python} is faster than ${base}.`
				: `The fastest variant of CPython ${python} is ${best.variant}: ${gain(best).toFixed(1)} % faster than ${base}.`,
		none.length === 0 ? '' : `Of the shared builds, no internal call can be overridden any more in ${listed(none)}.`,
		most.length === 0 ? '' : `More than half of the internal calls can still be overridden in ${listed(most)}.`,
	]
		.filter(sentence => sentence !== '')
		.join(' ');
}

/** What was lost, said once for all variants that lost the same: the symbols, by the routes on which each is lost. */
export function groupLosses(rows: readonly SheetRow[]): readonly Loss[] {
	const groups = new Map<string, Loss>();
	for (const {variant, lost} of rows) {
		if (lost.length === 0) continue;
		const parts = byRoutes(lost);
		const key = JSON.stringify(parts);
		const group = groups.get(key);
		groups.set(key, {variants: [...(group?.variants ?? []), variant], claims: lost.length, parts});
	}
	return [...groups.values()];
}

export interface Loss {
	readonly variants: readonly string[];
	readonly claims: number;
	readonly parts: readonly {readonly routes: string; readonly symbols: readonly string[]}[];
}

function byRoutes(lost: SheetRow['lost']): Loss['parts'] {
	const routes = new Map<string, string[]>();
	for (const {id} of lost) {
		const [symbol = '', route = ''] = id.split('/');
		routes.set(symbol, [...(routes.get(symbol) ?? []), route]);
	}
	const parts = new Map<string, string[]>();
	for (const [symbol, own] of routes) {
		const key = listed(own);
		parts.set(key, [...(parts.get(key) ?? []), symbol]);
	}
	return [...parts].map(([routes, symbols]) => ({routes, symbols}));
}

function signed(share: number): string {
	const percent = (share * 100).toFixed(1);
	return `${share < 0 ? '' : '+'}${percent === '-0.0' ? '0.0' : percent} %`;
}
