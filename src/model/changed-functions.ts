/** This file takes the changes of one function together, so that each function is counted once. */

import {type BuildComparison, type Change, type ChangeKind, changeKinds, losses} from './comparison.js';
import {groupBy} from './group-by.js';

/** One function with the changes that are its worst; its kind is theirs. */
export interface ChangedFunction {
	readonly symbol: string;
	readonly family: string;
	readonly kind: ChangeKind;
	readonly changes: readonly Change[];
}

export function changedFunctions({changes}: Pick<BuildComparison, 'changes'>): readonly ChangedFunction[] {
	return [...groupBy(changes, ({symbol}) => symbol)].map(([symbol, some]) => {
		const [worst = some[0]] = [...some].sort((a, b) => changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind));
		const {kind, family} = worst as Change;
		return {symbol, family, kind, changes: some.filter(one => one.kind === kind)};
	});
}

export function isLoss(kind: ChangeKind): boolean {
	return (losses as readonly string[]).includes(kind);
}

export function isGain(kind: ChangeKind): boolean {
	return kind === 'gained' || kind === 'share-rose';
}
