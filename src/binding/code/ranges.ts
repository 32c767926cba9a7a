/** This file finds the bytes of an object that are code, and those among them that are its PLT. */

import {
	DT_FINI,
	DT_JMPREL,
	DT_PLTRELSZ,
	DT_REL,
	DT_RELA,
	DT_RELASZ,
	DT_RELSZ,
	DT_STRSZ,
	DT_STRTAB,
	SHT_PROGBITS,
} from '../../elf/abi.js';
import {endOfFrames} from '../../elf/eh-frame-header.js';
import type {Elf} from '../../elf/elf.js';
import type {Segment} from '../../elf/segments.js';
import {ElfError} from '../../errors.js';
import type {CodeRange, PltRange} from './code.js';

export interface CodeRanges {
	/** Sorted, without overlaps. */
	readonly code: readonly CodeRange[];
	/** Where to look for PLT stubs. */
	readonly plt: readonly PltRange[];
}

/** Errors: ElfError where an object claims more code than its file has bytes. */
export function codeRanges(elf: Elf): CodeRanges {
	const sections = elf.sections.filter(
		({allocated, executable, type, compressed}) => allocated && executable && type === SHT_PROGBITS && !compressed,
	);
	if (sections.length === 0) {
		const code = merge(
			elf,
			elf.segments.filter(({type, executable}) => type === 'load' && executable).map(segment => codeOf(elf, segment)),
		);
		return {code, plt: code.map(range => ({...range, isPlt: false}))};
	}
	const spans = (isPlt: boolean) =>
		sections
			.filter(({name}) => pltSections.has(name) === isPlt)
			.map(({address, offset, size}) => ({address, offset, size}));
	return {code: merge(elf, spans(false)), plt: merge(elf, spans(true)).map(range => ({...range, isPlt: true}))};
}

const pltSections: ReadonlySet<string> = new Set(['.plt', '.plt.got', '.plt.sec', '.plt.bnd', '.iplt']);

interface Span {
	readonly address: number;
	readonly offset: number;
	readonly size: number;
}

/**
 * Without a section table. A segment that old linkers make holds the ELF header, the dynamic linker's tables, the code, then
 * constant data: what lies before the end of the tables, and after `.fini` or, without one, the last function, is left out.
 */
function codeOf(elf: Elf, {address, offset, fileSize}: Segment): Span {
	const {dynamic} = elf;
	if (offset !== 0 || dynamic === null) return {address, offset, size: fileSize};
	const within = (value: number) => value >= address && value <= address + fileSize;
	const ends = tables.map(([at, size]) => (dynamic.values.get(at) ?? 0) + (dynamic.values.get(size) ?? 0));
	const begin = Math.max(address, ...ends.filter(within));
	const fini = dynamic.values.get(DT_FINI);
	const last = fini === undefined ? lastFunction(elf) : fini + finiSize;
	const end = last !== null && within(last) ? last : address + fileSize;
	return {address: begin, offset: offset + begin - address, size: Math.max(0, end - begin)};
}

function lastFunction(elf: Elf): number | null {
	const frames = endOfFrames(elf);
	if (frames === null) return null;
	const named = elf.dynamicSymbols.filter(({defined, type}) => defined && type === 'function');
	return named.reduce((most, {value, size}) => Math.max(most, value + size), frames);
}

const tables = [
	[DT_STRTAB, DT_STRSZ],
	[DT_RELA, DT_RELASZ],
	[DT_REL, DT_RELSZ],
	[DT_JMPREL, DT_PLTRELSZ],
] as const;
const finiSize = 32;

function merge({bytes}: Elf, spans: readonly Span[]): CodeRange[] {
	const ranges: CodeRange[] = [];
	let end = Number.NEGATIVE_INFINITY;
	let total = 0;
	for (const {address, offset, size} of spans.toSorted((left, right) => left.address - right.address)) {
		// Sections that overlap are a forgery, and no byte is decoded twice.
		const skip = Math.min(Math.max(0, end - address), size);
		if (size - skip <= 0) continue;
		// Beyond this a number plus one is the same number: no decoder would get on. No process has code there.
		if (!Number.isSafeInteger(address + size)) throw new ElfError('There is code above address 2^53', offset);
		ranges.push({address: address + skip, bytes: bytes.slice(offset + skip, size - skip, 'code')});
		end = address + size;
		total += size - skip;
		if (total > bytes.length) throw new ElfError('There is more code than the file has bytes', offset);
	}
	return ranges;
}
