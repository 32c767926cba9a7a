/** This file counts references with objdump and readelf alone, as an oracle for what the static witness counts. */

import {readFileSync} from 'node:fs';
import {disassemble, isPlt, stubsOf} from './objdump.js';
import {portOf} from './ports.js';
import {run} from './tool.js';

export interface OracleCounts {
	readonly calls: {preemptible: number; bound: number};
	readonly addresses: {preemptible: number; bound: number};
	recursive: number;
	folded: number;
}

/**
 * By symbol, named as `inspect` names them. Binutils have no word for a binding mode: `mode` tells when a function that is
 * nothing but a jump is the compiler's doing.
 */
export function countByBinutils(path: string, mode: string): ReadonlyMap<string, OracleCounts> {
	const object = readObject(path);
	const functions = exportedFunctions(object);
	const counts = new Map(functions.map(({key}) => [key, zero()]));
	const of = ({key}: OracleFunction) => counts.get(key) as OracleCounts;
	const at = (address: number) => functions.filter(({value}) => value === address);
	const byAddress = new Map(functions.map(({value}) => [value, at(value)]));
	const byEntry = new Map(byAddress);
	// The lowest bit of a function's address says on arm that its code is Thumb; the code itself is where the others say.
	if (object.machine === 'ARM') for (const one of functions) byEntry.set(one.value - (one.value % 2), at(one.value));
	for (const one of functions) {
		if (one.localEntry > 0) byEntry.set(one.value + one.localEntry, at(one.value));
	}
	const named = (name: string) => functions.filter(candidate => candidate.readelfName === name);

	const slots = new Map<
		number,
		{readonly names: readonly OracleFunction[]; readonly resolved: readonly OracleFunction[]}
	>();
	for (const {offset, type, symbol, value, inPlt} of object.relocations) {
		const names = symbol === null ? [] : named(symbol);
		const data = (kind: 'preemptible' | 'bound', those: readonly OracleFunction[]) => {
			for (const target of those) of(target).addresses[kind] += 1;
		};
		if (type === 'JUMP_SLOT') slots.set(offset, {names, resolved: []});
		else if (type === 'GLOB_DAT') {
			slots.set(offset, {names, resolved: []});
			data(object.bindsItself ? 'bound' : 'preemptible', names);
		} else if (type === 'ABSOLUTE') {
			if (object.isInGot(offset)) slots.set(offset, {names, resolved: []});
			data(object.bindsItself ? 'bound' : 'preemptible', names);
		} else if (type === 'RELATIVE') data('bound', byAddress.get(value) ?? []);
		else if (type === 'IRELATIVE') {
			slots.set(offset, {names: [], resolved: byAddress.get(value) ?? []});
			if (!inPlt) data('bound', byAddress.get(value) ?? []);
		}
	}
	const thunks = new Map<OracleFunction, number>();
	const instructions = portOf(object.machine)?.instructions(path) ?? disassemble(path, object.machine === 'AArch64');
	const stubs = portOf(object.machine)?.stubs(path) ?? stubsOf(instructions);
	const throughSlot = (slot: number) => {
		const found = slots.get(slot);
		for (const target of found?.names ?? []) of(target).calls[reach(object, target)] += 1;
		for (const target of found?.resolved ?? []) of(target).calls.bound += 1;
	};
	const isCold = coldCalls(path);
	for (const {section, address, branch, target, throughMemory, lea, compared} of instructions) {
		if (isPlt(section) || target === null) continue;
		if (lea && (object.isExecutable || !compared))
			for (const found of byAddress.get(target) ?? []) of(found).addresses.bound += 1;
		if (branch === null) continue;
		if (throughMemory) {
			throughSlot(target);
			continue;
		}
		const slot = stubs.get(target);
		if (slot !== undefined) throughSlot(slot);
		for (const found of byEntry.get(target) ?? []) {
			const begin = object.machine === 'ARM' ? found.value - (found.value % 2) : found.value;
			const inside = address >= begin && address < begin + found.size;
			if (branch === 'call') {
				if (inside || isCold(found, address)) of(found).recursive += 1;
				else of(found).calls.bound += 1;
			} else if (!inside) {
				const isThunk = object.starts.has(address) || object.starts.has(address - 4);
				if (isThunk) thunks.set(found, (thunks.get(found) ?? 0) + 1);
				else of(found).calls.bound += 1;
			}
		}
	}
	for (const [target, count] of thunks) {
		const {calls, addresses} = of(target);
		const isOtherwiseNamed = calls.preemptible + addresses.preemptible > 0 && calls.bound + addresses.bound === 0;
		if (mode === 'preemptible' || (mode === 'mixed' && isOtherwiseNamed)) of(target).folded += count;
		else calls.bound += count;
	}
	return counts;
}

const zero = (): OracleCounts => ({
	calls: {preemptible: 0, bound: 0},
	addresses: {preemptible: 0, bound: 0},
	recursive: 0,
	folded: 0,
});

function reach({bindsItself}: OracleObject, {isProtected}: OracleFunction): 'preemptible' | 'bound' {
	return bindsItself || isProtected ? 'bound' : 'preemptible';
}

interface OracleFunction {
	/** As `inspect` names it. */
	readonly key: string;
	/** `name`, `name@VERSION` or `name@@VERSION`, as readelf writes relocations. */
	readonly readelfName: string;
	readonly value: number;
	/** How far into the function calls from the same object enter it; ppc64le's. */
	readonly localEntry: number;
	readonly size: number;
	readonly isProtected: boolean;
}

interface OracleRelocation {
	readonly offset: number;
	readonly type: 'JUMP_SLOT' | 'GLOB_DAT' | 'ABSOLUTE' | 'RELATIVE' | 'IRELATIVE';
	readonly symbol: string | null;
	readonly value: number;
	readonly inPlt: boolean;
}

interface OracleObject {
	readonly symbolLines: readonly string[];
	readonly relocations: readonly OracleRelocation[];
	readonly machine: string;
	/** Where linkers have no GLOB_DAT, the GOT's words are told by their section. */
	readonly isInGot: (address: number) => boolean;
	/** Where functions begin, by either symbol table and the unwinder's. */
	readonly starts: ReadonlySet<number>;
	readonly isExecutable: boolean;
	/** An executable, or linked with -Bsymbolic. */
	readonly bindsItself: boolean;
}

function readObject(path: string): OracleObject {
	const dynamic = run('readelf', ['-dW', path]);
	return {
		symbolLines: run('readelf', ['-W', '--dyn-syms', path]).split('\n'),
		relocations: relocationsOf(path),
		starts: startsOf(path),
		machine: machineOf(path),
		isInGot: gotOf(path),
		isExecutable: /FLAGS_1\b.*\bPIE\b|\(DEBUG\)/.test(dynamic),
		bindsItself: /FLAGS_1\b.*\bPIE\b|\(DEBUG\)|\(SYMBOLIC\)|\(FLAGS\).*SYMBOLIC/.test(dynamic),
	};
}

export function machineOf(path: string): string {
	return /Machine: +(.*)/.exec(run('readelf', ['-h', path]))?.[1] ?? '';
}

function gotOf(path: string): (address: number) => boolean {
	if (portOf(machineOf(path))?.hasGlobDat !== false) return () => false;
	const [, begin = '', size = ''] =
		/ \.got +PROGBITS +([0-9a-f]+) [0-9a-f]+ ([0-9a-f]+)/.exec(run('readelf', ['-SW', path])) ?? [];
	const from = Number.parseInt(begin, 16);
	return address => address >= from && address < from + Number.parseInt(size, 16);
}

/** By the name `NAME.cold`, which gcc gives to what it moves out of a function. */
function coldCalls(path: string): ({readelfName}: OracleFunction, address: number) => boolean {
	const lines = run('readelf', ['-sW', path]).matchAll(/^ *\d+: ([0-9a-f]+) +(\d+) FUNC .* (\S+)\.cold(?:\.\d+)?$/gm);
	const parts = [...lines].map(([, value = '', size = '', name = '']) => {
		return {name, begin: Number.parseInt(value, 16), end: Number.parseInt(value, 16) + Number(size)};
	});
	return ({readelfName}, address) =>
		parts.some(({name, begin, end}) => name === readelfName.replace(/@.*/, '') && address >= begin && address < end);
}

function startsOf(path: string): ReadonlySet<number> {
	const symbols = run('readelf', ['-sW', path]).matchAll(/^ *\d+: ([0-9a-f]+) +\S+ I?FUNC .* (?!UND)\S+ \S*$/gm);
	const frames = run('readelf', ['--debug-dump=frames,no-follow-links', path]).matchAll(/ FDE .* pc=([0-9a-f]+)\.\./g);
	return new Set([...symbols, ...frames].map(([, address = '']) => Number.parseInt(address, 16)));
}

function exportedFunctions({symbolLines}: OracleObject): readonly OracleFunction[] {
	const functions = symbolLines.flatMap(line => {
		const [, value, size, type, bind, visibility, more = '', section, name] =
			/^\s*\d+: ([0-9a-f]+)\s+(\d+|0x[0-9a-f]+) (\S+)\s+(\S+)\s+(\S+)( \[[^\]]*\])?\s+(\S+) (\S+)/.exec(line) ?? [];
		const isFunction = type === 'FUNC' || type === 'IFUNC';
		const isExported =
			['GLOBAL', 'WEAK', 'UNIQUE'].includes(bind ?? '') && ['DEFAULT', 'PROTECTED'].includes(visibility ?? '');
		if (!isFunction || !isExported || section === 'UND' || name === undefined) return [];
		return [
			{
				name,
				value: Number.parseInt(value ?? '', 16),
				localEntry: Number(/<localentry>: (\d+)/.exec(more)?.[1] ?? 0),
				size: Number(size),
				isProtected: visibility === 'PROTECTED',
			},
		];
	});
	const bare = (name: string) => name.replace(/@.*/, '');
	const times = new Map<string, number>();
	for (const {name} of functions) times.set(bare(name), (times.get(bare(name)) ?? 0) + 1);
	return functions.map(({name, ...rest}) => ({
		key: /[^@]@[^@]/.test(name) && (times.get(bare(name)) ?? 0) > 1 ? name : bare(name),
		readelfName: name,
		...rest,
	}));
}

const relocationTypes: ReadonlyMap<string, OracleRelocation['type']> = new Map([
	['R_ARM_JUMP_SLOT', 'JUMP_SLOT'],
	['R_ARM_GLOB_DAT', 'GLOB_DAT'],
	['R_ARM_ABS32', 'ABSOLUTE'],
	['R_ARM_RELATIVE', 'RELATIVE'],
	['R_ARM_IRELATIVE', 'IRELATIVE'],
	['R_390_JMP_SLOT', 'JUMP_SLOT'],
	['R_390_GLOB_DAT', 'GLOB_DAT'],
	['R_390_64', 'ABSOLUTE'],
	['R_390_RELATIVE', 'RELATIVE'],
	['R_390_IRELATIVE', 'IRELATIVE'],
	['R_386_JUMP_SLOT', 'JUMP_SLOT'],
	['R_386_GLOB_DAT', 'GLOB_DAT'],
	['R_386_32', 'ABSOLUTE'],
	['R_386_RELATIVE', 'RELATIVE'],
	['R_386_IRELATIVE', 'IRELATIVE'],
	['R_PPC64_JMP_SLOT', 'JUMP_SLOT'],
	['R_PPC64_GLOB_DAT', 'GLOB_DAT'],
	['R_PPC64_ADDR64', 'ABSOLUTE'],
	['R_PPC64_RELATIVE', 'RELATIVE'],
	['R_PPC64_IRELATIVE', 'IRELATIVE'],
	['R_PPC64_JMP_IREL', 'IRELATIVE'],
	['R_RISCV_JUMP_SLOT', 'JUMP_SLOT'],
	['R_RISCV_64', 'ABSOLUTE'],
	['R_RISCV_RELATIVE', 'RELATIVE'],
	['R_RISCV_IRELATIVE', 'IRELATIVE'],
	['R_X86_64_JUMP_SLOT', 'JUMP_SLOT'],
	['R_X86_64_JUMP_SLO', 'JUMP_SLOT'],
	['R_X86_64_GLOB_DAT', 'GLOB_DAT'],
	['R_X86_64_64', 'ABSOLUTE'],
	['R_X86_64_RELATIVE', 'RELATIVE'],
	['R_X86_64_IRELATIVE', 'IRELATIVE'],
	['R_X86_64_IRELATIV', 'IRELATIVE'],
	['R_AARCH64_JUMP_SLOT', 'JUMP_SLOT'],
	['R_AARCH64_JUMP_SL', 'JUMP_SLOT'],
	['R_AARCH64_GLOB_DAT', 'GLOB_DAT'],
	['R_AARCH64_ABS64', 'ABSOLUTE'],
	['R_AARCH64_RELATIVE', 'RELATIVE'],
	['R_AARCH64_RELATIV', 'RELATIVE'],
	['R_AARCH64_IRELATIVE', 'IRELATIVE'],
	['R_AARCH64_IRELATI', 'IRELATIVE'],
]);

function relocationsOf(path: string): readonly OracleRelocation[] {
	const relocations: OracleRelocation[] = [];
	let section = '';
	for (const line of run('readelf', ['-rW', path]).split('\n')) {
		section = /^Relocation section '([^']*)'/.exec(line)?.[1] ?? section;
		const [, place, , kind, rest] = /^([0-9a-f]{8,})\s+([0-9a-f]+)\s+(R_\w+)\s*(.*)$/.exec(line) ?? [];
		const type = relocationTypes.get(kind ?? '');
		if (type !== undefined && place !== undefined && rest !== undefined) {
			const symbolic = /^\S+ +(\S+)(?: [+-] [0-9a-f]+)?$/.exec(rest);
			relocations.push({
				offset: Number.parseInt(place, 16),
				type,
				symbol: symbolic?.[1] ?? null,
				value:
					symbolic !== null
						? -1
						: rest.trim() === ''
							? wordAt(path, Number.parseInt(place, 16))
							: Number.parseInt(rest, 16),
				inPlt: section.endsWith('.plt'),
			});
		}
		const relative = section.startsWith('.relr') ? relativeAt.exec(line)?.[1] : undefined;
		if (relative !== undefined) {
			const offset = Number.parseInt(relative, 16);
			relocations.push({offset, type: 'RELATIVE', symbol: null, value: wordAt(path, offset), inPlt: false});
		}
	}
	return relocations;
}

/** A line of its own for each place; from binutils 2.43 on behind the entry's number and value, where it is the entry's first. */
const relativeAt = /^(?:[0-9a-f]{4,}:\s+(?:[0-9a-f]{16}|[0-9a-f]{8})\s+|\s+)?([0-9a-f]{16}|[0-9a-f]{8})(?:\s|$)/;

const loads = new Map<string, {readonly bytes: Buffer; readonly segments: readonly number[][]}>();

/** The word that the file holds for an address, by readelf's segment table. */
function wordAt(path: string, address: number): number {
	let loaded = loads.get(path);
	if (loaded === undefined) {
		const segments = [...run('readelf', ['-lW', path]).matchAll(/^ +LOAD +(\w+) (\w+) \w+ (\w+)/gm)];
		loaded = {bytes: readFileSync(path), segments: segments.map(([, ...numbers]) => numbers.map(Number))};
		loads.set(path, loaded);
	}
	for (const [offset = 0, virtual = 0, size = 0] of loaded.segments) {
		if (address >= virtual && address < virtual + size) {
			const at = offset + address - virtual;
			const isBig = loaded.bytes[5] === 2;
			if (loaded.bytes[4] === 1) return loaded.bytes.readUInt32LE(at);
			return Number(isBig ? loaded.bytes.readBigUInt64BE(at) : loaded.bytes.readBigUInt64LE(at));
		}
	}
	return -1;
}
