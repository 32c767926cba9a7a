/** This file lists the inlined copies of functions, and the bodies that functions have outside of others, by debug information. */

import {DW_AT, DW_TAG} from './abi.js';
import {addressOf, type DebugInformation} from './debug-information.js';
import {attributeOf, type Die, visitDies} from './dies.js';
import {placeOf, type SourceFunction, SourceFunctions, type SourcePlace} from './functions.js';
import {type AddressRange, lowOf, rangesOf} from './ranges.js';

export interface InlinedCopies {
	readonly copies: readonly InlinedCopy[];
	readonly bodies: readonly FunctionBody[];
	/** The names of all functions that other units can call and that are defined here, with a body or without any. */
	readonly defined: ReadonlySet<string>;
	/** Copies of which function is told by a shared file of dwz that is not there. */
	readonly unresolved: number;
	/** Whether some units have their entries in files of their own (-gsplit-dwarf), which are not read. */
	readonly split: boolean;
}

/** One DW_TAG_inlined_subroutine. */
export interface InlinedCopy {
	readonly function: SourceFunction;
	/** The body that it was inlined into; null where it stands in none. */
	readonly within: FunctionBody | null;
	/** The copy that it was inlined with, being part of it. */
	readonly inside: InlinedCopy | null;
	/** Where the call stands in the source; null where that is not told. Read when it is asked for, as what follows. Errors: ElfError. */
	readonly call: SourcePlace | null;
	/** DW_AT_entry_pc, or the lowest address; null for a copy of which no code is left. */
	readonly entry: number | null;
	readonly ranges: readonly AddressRange[];
}

/** One DW_TAG_subprogram with code. */
export interface FunctionBody {
	readonly function: SourceFunction;
	readonly low: number;
	/** Read when they are asked for. Errors: ElfError. */
	readonly ranges: readonly AddressRange[];
}

/** Errors: ElfError where the debug information is damaged. */
export function inlinedCopies(information: DebugInformation): InlinedCopies {
	const functions = new SourceFunctions();
	const [bodies, copies]: [Die[], Die[]] = [[], []];
	let split = false;
	const note = (die: Die) => {
		if (die.tag === DW_TAG.subprogram) functions.add(die);
		if (die.tag === DW_TAG.inlined_subroutine) copies.push(die);
		else if (hasCode(die)) bodies.push(die);
	};
	const noteSplit = () => {
		split = true;
	};
	if (information.shared !== null) visitDies(information.shared, die => functions.add(die), noteSplit);
	visitDies(information, note, noteSplit);
	return {...resolve(functions, bodies, copies), defined: functions.defined(), split};
}

function hasCode({abbreviation: {attributes}}: Die): boolean {
	for (const {name} of attributes) if (name === DW_AT.low_pc || name === DW_AT.ranges) return true;
	return false;
}

function resolve(functions: SourceFunctions, bodyDies: readonly Die[], copyDies: readonly Die[]) {
	let unresolved = 0;
	const bodies: FunctionBody[] = [];
	for (const die of bodyDies) {
		const found = functions.of(die);
		const low = lowOf(die) ?? rangesOf(die)[0]?.low;
		if (found === null || low === undefined) continue;
		const body = new Body(die, found, low);
		die.made = body;
		bodies.push(body);
	}
	const copies: InlinedCopy[] = [];
	for (const die of copyDies) {
		const found = functions.of(die);
		if (found === null) {
			unresolved += 1;
			continue;
		}
		const around = die.parent?.made ?? null;
		const inside = around instanceof Copy ? around : null;
		const copy = new Copy(die, found, inside?.within ?? (around instanceof Body ? around : null), inside);
		die.made = copy;
		copies.push(copy);
	}
	return {copies, bodies, unresolved};
}

class Body implements FunctionBody {
	readonly function: SourceFunction;

	constructor(
		private readonly die: Die,
		of: SourceFunction,
		readonly low: number,
	) {
		this.function = of;
	}

	get ranges() {
		return rangesOf(this.die);
	}
}

/** There are tens of thousands, of which a check asks for those of exported functions. */
class Copy implements InlinedCopy {
	readonly function: SourceFunction;

	constructor(
		private readonly die: Die,
		of: SourceFunction,
		readonly within: FunctionBody | null,
		readonly inside: InlinedCopy | null,
	) {
		this.function = of;
	}

	get call() {
		return placeOf(this.die, DW_AT.call_line, DW_AT.call_column);
	}

	get entry() {
		return entryOf(this.die);
	}

	get ranges() {
		return rangesOf(this.die);
	}
}

/** An entry point as a number is counted from the lowest address. */
function entryOf(die: Die): number | null {
	const value = attributeOf(die, DW_AT.entry_pc);
	const low = lowOf(die);
	if (value === undefined) return low ?? rangesOf(die)[0]?.low ?? null;
	if (value.kind === 'number') return low === null ? null : low + value.number;
	return addressOf(value, die.information, die.unit, die.bases);
}
