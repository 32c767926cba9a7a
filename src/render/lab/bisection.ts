/** This file writes what a bisection found, for people. Pure. */

interface Change {
	readonly flag: string;
	readonly kind: 'with' | 'without';
}

export interface FoundFlags {
	readonly claim: string;
	readonly good: {readonly name: string; readonly verdict: string};
	readonly bad: {readonly name: string; readonly verdict: string};
	readonly steps: readonly {readonly changes: readonly Change[]; readonly verdict: string}[];
	readonly culprits: readonly (readonly Change[])[];
}

export function renderBisection({claim, good, bad, steps, culprits}: FoundFlags): string {
	const tried = steps.map(({changes, verdict}) => `  ${good.name} ${inWords(changes)}: ${verdict}\n`);
	return `${answer(claim, culprits)}\n\n  ${good.name}: ${good.verdict}\n${tried.join('')}  ${bad.name}: ${bad.verdict}\n`;
}

function answer(claim: string, culprits: FoundFlags['culprits']): string {
	if (culprits.length === 0)
		return `No single flag and no pair of flags flips ${claim}: it takes more of them together.`;
	const does = culprits.map(changes => changes.map(doing).join(' and ')).join(', or ');
	const alone = (culprits[0]?.length ?? 0) > 1 ? '; neither does alone' : '';
	return `${does[0]?.toUpperCase()}${does.slice(1)} flips ${claim}${alone}.`;
}

function doing({flag, kind}: Change): string {
	return kind === 'with' ? `adding ${flag}` : `leaving out ${flag}`;
}

function inWords(changes: readonly Change[]): string {
	return changes.map(({flag, kind}) => `${kind} ${flag}`).join(' and ');
}
