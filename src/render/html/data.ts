/** This file packs every function of every build into the page, small, for the table that the page's script draws when it is opened. */

import {routes} from '../../model/claim.js';
import {byCodeUnit} from '../../model/order.js';
import type {CallSites, SampleSite} from '../../model/sample-call-sites.js';
import type {Verdict} from '../../model/verdict.js';
import {visible} from '../../model/visible.js';
import {escaped} from '../json.js';
import {briefCauses} from '../words.js';
import type {NamedBuild} from './heat.js';

/** JSON in which no text can end the element that holds it. */
export function pageData(builds: readonly NamedBuild[], callSites: ReadonlyMap<string, readonly CallSites[]>): string {
	const symbols = [...new Set(builds.flatMap(({target}) => target.functions.map(({symbol}) => symbol)))].sort(
		byCodeUnit,
	);
	const kinds: string[] = [];
	const letterOf = (word: string) => {
		if (!kinds.includes(word)) kinds.push(word);
		return letters[kinds.indexOf(word)] ?? String.fromCharCode(0x100 + kinds.indexOf(word));
	};
	const packed = builds.map(({target, name}) => {
		const bySymbol = new Map(target.functions.map(one => [one.symbol, one.calls]));
		return {
			name: visible(name),
			path: visible(target.interpreter.path),
			callers: routes.flatMap(route => {
				const calls = symbols.map(symbol => bySymbol.get(symbol)?.find(({caller}) => caller === route));
				if (calls.every(one => one === undefined)) return [];
				return [
					{
						caller: route,
						// One letter a symbol; a blank where there is no such row.
						verdicts: calls
							.map(one => (one === undefined ? ' ' : letterOf(visible(verdictWord(one.verdict)))))
							.join('')
							.trimEnd(),
						// Place, calls into the override, calls past it; left out where there was none.
						counts: calls.flatMap((one, at) =>
							one === undefined || (one.honored === 0 && (one.bypassed ?? 0) === 0)
								? []
								: [at, one.honored, one.bypassed ?? -1],
						),
					},
				];
			}),
		};
	});
	const sites = Object.fromEntries(
		[...callSites].map(([symbol, some]) => [
			symbol,
			some.map(one => siteText(one).split('\n').map(visible).join('\n')),
		]),
	);
	return JSON.stringify({symbols: symbols.map(visible), kinds, builds: packed, sites}).replace(
		/[<>&\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
		escaped,
	);
}

/** A letter for each kind of verdict; none is escaped in JSON or HTML. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `bypassed: bound by LTO`. */
function verdictWord(verdict: Verdict): string {
	switch (verdict.kind) {
		case 'partial':
		case 'bypassed':
			return `${verdict.kind}: ${briefCauses[verdict.because]}`;
		case 'uncalled':
			return verdict['would-be'] === null ? 'uncalled' : `uncalled, would be ${verdict['would-be']}`;
		case 'inconclusive':
			return `inconclusive: ${verdict.because}`;
		case 'honored':
		case 'absent':
			return verdict.kind;
	}
}

function siteText({path, preemptible, bound, samples}: CallSites): string {
	return [
		`${preemptible + bound} calls in ${path}, ${preemptible} of which an override can reach`,
		...samples.map(sampleText),
	].join('\n');
}

function sampleText({at, preemptible, inside, code}: SampleSite): string {
	const head = `${inside ?? hex(at)}: ${preemptible ? 'an override is found' : 'bound, no override is found'}`;
	return [head, ...code.map(({address, text}) => `${address === at ? '> ' : '  '}${hex(address)}  ${text}`)].join('\n');
}

function hex(address: number): string {
	return `0x${address.toString(16)}`;
}
