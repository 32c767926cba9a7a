/** This file reads which addresses an entry of debug information covers. */

import type {Bytes} from '../elf/bytes.js';
import {ElfError} from '../errors.js';
import {DW_AT, DW_RLE} from './abi.js';
import {Cursor} from './cursor.js';
import {addressOf, indexedAddress} from './debug-information.js';
import {attributeOf, type Die} from './dies.js';

/** From `low` to before `high`. */
export interface AddressRange {
	readonly low: number;
	readonly high: number;
}

/** More ranges than any function has; a forged file gives each entry the whole section. */
const mostRanges = 1 << 16;

/** As the file lists them, without empty ones; none for an entry without code. Errors: ElfError where a list lies outside its section. */
export function rangesOf(die: Die): readonly AddressRange[] {
	const low = lowOf(die);
	const ranges = attributeOf(die, DW_AT.ranges);
	if (ranges === undefined) return low === null ? [] : oneRange(die, low);
	switch (ranges.kind) {
		case 'offset':
			return readList(die, ranges.offset);
		case 'number':
			return readList(die, ranges.number);
		case 'list-index':
			return readList(die, listAt(die, ranges.index));
		case 'text':
		case 'string':
		case 'line-string':
		case 'string-index':
		case 'shared-string':
		case 'address':
		case 'address-index':
		case 'reference':
		case 'shared-reference':
		case 'other':
			throw new ElfError('The ranges of an entry are of another form than a list', die.offset);
	}
}

/** DW_AT_low_pc; null where there is none. */
export function lowOf(die: Die): number | null {
	const value = attributeOf(die, DW_AT.low_pc);
	return value === undefined ? null : addressOf(value, die.information, die.unit, die.bases);
}

/** DW_AT_high_pc is an address, or from version 4 on how much code there is. */
function oneRange(die: Die, low: number): readonly AddressRange[] {
	const value = attributeOf(die, DW_AT.high_pc);
	if (value === undefined) return [];
	const address = addressOf(value, die.information, die.unit, die.bases);
	const high = value.kind === 'number' ? low + value.number : address;
	return high === null || !(high > low) ? [] : [{low, high}];
}

function listAt({information, unit, bases, offset}: Die, index: number): number {
	const lists = information.section('.debug_rnglists');
	if (lists === null) throw new ElfError('There is no section .debug_rnglists', offset);
	const cursor = new Cursor(lists, bases.rangeLists + index * unit.offsetSize);
	return bases.rangeLists + cursor.unsigned(unit.offsetSize);
}

function readList(die: Die, offset: number): readonly AddressRange[] {
	const isOld = die.unit.version < 5;
	const name = isOld ? '.debug_ranges' : '.debug_rnglists';
	const bytes = die.information.section(name);
	if (bytes === null) throw new ElfError(`There is no section ${name}`, die.offset);
	const ranges = isOld ? oldList(die, bytes, offset) : newList(die, bytes, offset);
	return ranges.filter(({low, high}) => high > low);
}

/** Pairs of addresses up to two zeros; the largest address as the first one says that the second is the new base. */
function oldList({unit, bases}: Die, bytes: Bytes, offset: number): readonly AddressRange[] {
	const cursor = new Cursor(bytes, offset);
	const largest = unit.addressSize === 8 ? 2 ** 64 : 2 ** 32 - 1;
	const ranges: AddressRange[] = [];
	let base = bases.low;
	for (;;) {
		const [low, high] = [cursor.address(unit.addressSize), cursor.address(unit.addressSize)];
		if (low === 0 && high === 0) return ranges;
		if (low === largest) base = high;
		else push(ranges, base + low, base + high, offset);
	}
}

function newList({information, unit, bases}: Die, bytes: Bytes, offset: number): readonly AddressRange[] {
	const cursor = new Cursor(bytes, offset);
	const ranges: AddressRange[] = [];
	let base = bases.low;
	const address = () => cursor.address(unit.addressSize);
	const indexed = () => indexedAddress(cursor.uleb(), information, unit.addressSize, bases.addresses) ?? 0;
	for (;;) {
		const kind = cursor.u8();
		switch (kind) {
			case DW_RLE.end_of_list:
				return ranges;
			case DW_RLE.base_addressx:
				base = indexed();
				break;
			case DW_RLE.base_address:
				base = address();
				break;
			case DW_RLE.startx_endx:
				push(ranges, indexed(), indexed(), offset);
				break;
			case DW_RLE.startx_length:
				pushLength(ranges, indexed(), cursor.uleb(), offset);
				break;
			case DW_RLE.offset_pair:
				push(ranges, base + cursor.uleb(), base + cursor.uleb(), offset);
				break;
			case DW_RLE.start_end:
				push(ranges, address(), address(), offset);
				break;
			case DW_RLE.start_length:
				pushLength(ranges, address(), cursor.uleb(), offset);
				break;
			default:
				throw new ElfError(`A list of ranges has an entry of kind ${kind}, which is not known`, cursor.at - 1);
		}
	}
}

function pushLength(ranges: AddressRange[], low: number, length: number, offset: number): void {
	push(ranges, low, low + length, offset);
}

function push(ranges: AddressRange[], low: number, high: number, offset: number): void {
	if (ranges.length === mostRanges) throw new ElfError(`A list has more than ${mostRanges} ranges`, offset);
	ranges.push({low, high});
}
