/** This file writes the report as a badge: the JSON that shields.io's endpoint reads. */

import type {Held} from '../../model/contract.js';
import type {Report} from '../../model/report.js';
import {jsonText} from '../json.js';
import {grouped} from '../numbers.js';
import {callerRows, countOf, standingOf} from './standing.js';

/** The contract where there is one, else of how many functions an override works on the worst build. */
export function renderBadge({targets, failures}: Report, held: Held | null): string {
	const badge = (message: string, color: string) =>
		jsonText({schemaVersion: 1, label: 'LD_PRELOAD overrides', message, color});
	if (failures.length > 0 || targets.length === 0) return badge('not tested', 'lightgrey');
	if (held !== null) {
		const asked = held.broken.length + held.kept.size;
		const kept = `${grouped(held.kept.size)} of ${grouped(asked)} kept`;
		if (asked === 0) return badge('nothing asked', 'lightgrey');
		if (held.broken.length === 0) return badge(kept, 'brightgreen');
		return badge(kept, held.broken.every(({severity}) => severity === 'warning') ? 'yellow' : 'red');
	}
	const counts = targets.map(target => {
		const standing = standingOf(target, 'python', callerRows);
		return {works: countOf(standing, 'works'), all: standing.functions.length};
	});
	const worst = counts.reduce((a, b) => (b.works / Math.max(1, b.all) < a.works / Math.max(1, a.all) ? b : a));
	return badge(
		`${grouped(worst.works)} of ${grouped(worst.all)}`,
		worst.works === worst.all ? 'brightgreen' : worst.works === 0 ? 'red' : 'yellow',
	);
}
