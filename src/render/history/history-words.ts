/** This file puts a history into words. */

import type {History, HistoryChange, HistoryFunction, HistoryLine, HistoryStep} from '../../model/history.js';
import {byCodeUnit} from '../../model/order.js';
import type {Cause} from '../../model/verdict.js';
import {counted, few, grouped, listed} from '../numbers.js';
import {briefCauses} from '../words.js';

/** `3 reports, oldest first by file name. Of 4 builds in more than one of them, 1 lost overrides, 3 did not change.` */
export function historySentence({reports, lines}: History): string {
	const start = `${counted(reports.length, 'report')}${reports.length === 1 ? '' : ', oldest first by file name'}.`;
	const followed = lines.filter(({steps}) => steps.length > 1);
	if (lines.length === 0) return `${start} No build was tested.`;
	if (followed.length === 0) return `${start} No build is in more than one: there is nothing to compare.`;
	const has =
		(which: 'lost' | 'gained') =>
		({steps}: HistoryLine) =>
			steps.some(({since}) => since !== null && since[which].length > 0);
	const counts = [
		[followed.filter(has('lost')).length, 'lost overrides'],
		[followed.filter(has('gained')).length, 'gained some'],
		[followed.filter(line => !has('lost')(line) && !has('gained')(line)).length, 'neither lost nor gained any'],
	] as const;
	const parts = counts.filter(([count]) => count > 0);
	if (followed.length === 1) return `${start} The build in more than one ${listed(parts.map(([, verb]) => verb))}.`;
	return `${start} Of ${grouped(followed.length)} builds in more than one, ${listed(parts.map(([count, verb]) => `${grouped(count)} ${verb}`))}.`;
}

/** `lost 1,101: PyArg_ParseTuple, PyDict_SetItem and 1,099 more (684 bound by -Bsymbolic-functions); gained 2: …` */
export function changeSentence(since: HistoryChange | null): string {
	if (since === null) return 'first seen';
	if (since.sameBuild) return 'the same build';
	const parts = (['lost', 'gained'] as const).flatMap(which => {
		const some = since[which];
		if (some.length === 0) return [];
		const names = few(
			some.map(({symbol}) => symbol),
			3,
		);
		return [`${which} ${grouped(some.length)}: ${names}${which === 'lost' ? causesOf(some) : ''}`];
	});
	return parts.length === 0 ? 'nothing lost, nothing gained' : parts.join('; ');
}

/** What it comes to at a step, for its glyph and colour. */
export function stepComesTo({works, functions}: HistoryStep): 'honored' | 'partial' | 'bypassed' {
	if (works === functions) return 'honored';
	return works === 0 ? 'bypassed' : 'partial';
}

/** `1,103 of 1,103`. */
export function worksOf({works, functions}: HistoryStep): string {
	return `${grouped(works)} of ${grouped(functions)}`;
}

function causesOf(some: readonly HistoryFunction[]): string {
	const counts = new Map<Cause, number>();
	for (const {because} of some) {
		if (because !== null && because !== 'unknown') counts.set(because, (counts.get(because) ?? 0) + 1);
	}
	const causes = [...counts].sort(([a, m], [b, n]) => n - m || byCodeUnit(a, b));
	if (causes.length === 0) return '';
	return ` (${causes.map(([cause, count]) => `${count === some.length ? '' : `${grouped(count)} `}${briefCauses[cause]}`).join(', ')})`;
}
