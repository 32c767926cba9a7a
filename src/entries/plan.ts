/**
 * This file plans entry counters, which are inline hooks: for each function which instructions are displaced into a stub, and where
 * the jump to the stub is written; for each that is left alone the reason. native/entries/entries.h says how a stub works. Nothing
 * is guessed: a function whose first bytes might be reached in any way but by its entry is left alone.
 */

import {type ExportedFunction, exportedFunctions} from '../binding/exports.js';
import type {Elf} from '../elf/elf.js';
import {ElfError} from '../errors.js';
import {byCodeUnit} from '../model/order.js';
import {head} from './code-at.js';
import type {Candidate, Entry, LeftAlone, Wanted} from './entry.js';
import type {EntryMachine, EntryPlan} from './machine.js';
import {Refusal} from './refusal.js';

/** `folded`: the functions that others jump to because the compiler found them to be the same (identical code folding). */
export function planEntries(
	elf: Elf,
	wanted: readonly Wanted[],
	machine: EntryMachine,
	folded: ReadonlySet<string>,
): EntryPlan {
	mustBeCountable(elf);
	const left: LeftAlone[] = [];
	const candidates: Candidate[] = [];
	for (const group of byAddress(elf, wanted, machine.layout.BLOB_MOST_SLOTS, left)) {
		try {
			candidates.push(candidate(elf, group, machine));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			for (const {symbol} of group.wanted) left.push({symbol, reason: error.message});
		}
	}
	candidates.sort((one, other) => one.address - other.address);
	const {entries, refused} = machine.arrange(elf, candidates);
	for (const [{symbols}, reason] of refused) for (const symbol of symbols) left.push({symbol, reason});
	const isFolded = ({symbols}: Entry) => symbols.some(symbol => folded.has(symbol));
	const foldedAddresses = new Set(entries.filter(isFolded).map(({address}) => address));
	return {
		entries: entries.toSorted((one, other) => one.address - other.address),
		redirections: machine.redirections(elf, entries, foldedAddresses),
		left: left.sort((one, other) => byCodeUnit(one.symbol, other.symbol)),
	};
}

/** Above 2^53 a number plus one is the same number, and a search that steps by one never ends. Errors: ElfError. */
function mustBeCountable({segments}: Elf): void {
	for (const {type, offset, address, memorySize} of segments) {
		if (type === 'load' && !Number.isSafeInteger(address + memorySize)) {
			throw new ElfError('A segment lies above address 2^53', offset);
		}
	}
}

interface Group {
	readonly definition: ExportedFunction;
	readonly wanted: Wanted[];
}

function byAddress(elf: Elf, wanted: readonly Wanted[], mostSlots: number, left: LeftAlone[]): Iterable<Group> {
	const exported = new Map(exportedFunctions(elf).map(definition => [definition.name, definition]));
	const groups = new Map<number, Group>();
	for (const one of wanted) {
		const definition = exported.get(one.symbol);
		const reason =
			definition === undefined
				? 'the interpreter does not export it as a function'
				: definition.ifunc
					? 'it is chosen by a resolver when the program starts (IFUNC)'
					: one.slot >= mostSlots
						? 'there are too many functions to count'
						: null;
		if (definition === undefined || reason !== null) {
			left.push({symbol: one.symbol, reason: reason ?? ''});
			continue;
		}
		const group = groups.get(definition.address);
		if (group === undefined) groups.set(definition.address, {definition, wanted: [one]});
		else group.wanted.push(one);
	}
	return groups.values();
}

function candidate(elf: Elf, {definition, wanted}: Group, machine: EntryMachine): Candidate {
	const {address, size} = definition;
	if (size === 0) throw new Refusal('its size is not known');
	const bytes = head(elf, address);
	const pad = machine.landingPad(bytes);
	const symbols = wanted.map(({symbol}) => symbol);
	return {
		slot: wanted[0]?.slot ?? 0,
		symbols,
		address,
		size,
		at: address + pad,
		landingPad: bytes.subarray(0, pad),
		bytes: bytes.subarray(pad),
	};
}
