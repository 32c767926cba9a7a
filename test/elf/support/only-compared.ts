/** This file follows in objdump's text what becomes of an address that an instruction has put into a register. */

import type {Lines} from './objdump-text.js';

/** How a CPU's code is written. Patterns are of the whole instruction: mnemonic, a space, operands without comments. */
export interface Syntax {
	/** Which operand of several is written. */
	readonly destination: 'first' | 'last';
	readonly call: RegExp;
	readonly leave: RegExp;
	readonly jump: RegExp;
	readonly conditional: RegExp;
	readonly compare: RegExp;
	/** Of instructions that write no register, though one stands first. */
	readonly store: RegExp;
	readonly parameter: RegExp;
	readonly result: RegExp;
	readonly overwrittenByCalls: RegExp;
}

/** Whether the next that is done with the register, along all ways that the text shows, is to compare it, and nothing else is done. */
export function isOnlyCompared(lines: Lines, index: number, syntax: Syntax): boolean {
	const isLast = syntax.destination === 'last';
	const register = (isLast ? /(%\w+)(?: |$)/ : /^(%?\w+)/).exec(lines[index]?.rest ?? '')?.[1] ?? '';
	const mention = new RegExp(`${register.startsWith('%') ? '' : '\\b'}${register}\\b`);
	const indexOf = indexFinder(lines);
	const ways = [{at: index + 1, isCompared: false}];
	const seen = new Set<string>();
	let compares = 0;
	for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
		const {at, isCompared} = way;
		if (seen.has(`${at} ${isCompared}`)) continue;
		seen.add(`${at} ${isCompared}`);
		const line = lines[at];
		if (line === undefined) return false;
		if (line.isLabelled) {
			// Another function.
			if (isCompared) continue;
			return false;
		}
		const text = `${line.mnemonic} ${line.rest.replace(/ *(?:[#<;]|\/\/).*/, '')}`.trim();
		const isMentioned = mention.test(text);
		const isCompare = isMentioned && syntax.compare.test(text);
		if (isCompare) compares += 1;
		else if (isMentioned) {
			const [one, other] = text.slice(line.mnemonic.length + 1).split(isLast ? /,(?=[^,]*$)/ : /,(.*)/);
			const [written, read] = isLast ? [other, one] : [one, other];
			const isOverwrite = written === register && read !== undefined && !mention.test(read) && !syntax.store.test(text);
			if (isOverwrite) continue;
			return false;
		}
		const after = isCompared || isCompare;
		const to = indexOf(Number.parseInt(/([0-9a-f]+) </.exec(line.rest)?.[1] ?? '', 16));
		if (syntax.leave.test(text)) {
			if (syntax.result.test(register) && !after) return false;
		} else if (syntax.call.test(text)) {
			if (syntax.parameter.test(register) && !after) return false;
			if (!syntax.overwrittenByCalls.test(register)) ways.push({at: at + 1, isCompared: after});
		} else if (syntax.jump.test(text)) {
			if (to !== undefined) ways.push({at: to, isCompared: after});
			else if (!after) return false;
		} else {
			if (syntax.conditional.test(text) && to !== undefined) ways.push({at: to, isCompared: after});
			ways.push({at: at + 1, isCompared: after});
		}
	}
	return compares > 0;
}

const found = new WeakMap<Lines, ReadonlyMap<number, number>>();

function indexFinder(lines: Lines): (address: number) => number | undefined {
	const known = found.get(lines) ?? new Map(lines.map(({address}, index) => [address, index]));
	found.set(lines, known);
	return address => known.get(address);
}
