/** This file counts an object's uses of its exported variables from what readelf and objdump print of it (x86-64). */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

/** Places, by what they have: the variable's name, or an address within it. */
export interface DataPlaces {
	readonly size: number;
	/** Relocations that name it, but for COPY. */
	readonly named: number;
	/** Instructions that refer to a slot with such a relocation. */
	readonly throughNamed: number;
	/** Relocations without a name whose value lies within it, by the address of the word. */
	readonly held: readonly {readonly at: number; readonly value: number}[];
	/** Instructions that refer to a slot of the GOT with such a relocation. */
	readonly throughHeld: number;
	/** Instructions that read, write or call what is there. */
	readonly accesses: number;
	/** The addresses within it that instructions only compute. */
	readonly computed: readonly number[];
	readonly copied: boolean;
}

export interface DataOfObject {
	readonly variables: ReadonlyMap<string, DataPlaces & {readonly address: number}>;
	readonly sectionBegins: ReadonlySet<number>;
}

/** Variables of a name that is exported with several versions are left out, and so are threads' own. */
export function dataByBinutils(path: string): DataOfObject {
	const run = (program: string, ...args: string[]) =>
		execFileSync(program, [...args, path], {encoding: 'utf8', maxBuffer: 1 << 30, env: {...process.env, LC_ALL: 'C'}});
	const isFixed = /Type:\s+EXEC/.test(run('readelf', '-hW'));
	const symbols = [
		...run('readelf', '--dyn-syms', '-W').matchAll(
			/^ +\d+: ([0-9a-f]+) +(\w+) OBJECT +(?:GLOBAL|WEAK|UNIQUE) +(?:DEFAULT|PROTECTED) +(\d+) ([^@\s]+)/gm,
		),
	].map(([, address = '', size = '', , name = '']) => ({
		name,
		address: Number.parseInt(address, 16),
		size: Number(size),
	}));
	const times = new Map<string, number>();
	for (const {name} of symbols) times.set(name, (times.get(name) ?? 0) + 1);
	const sections = [
		...run('readelf', '-SW').matchAll(
			/^ +\[ *\d+\] (\S+) +(\w+) +([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+) \S+ +(\w*A\w*) /gm,
		),
	].map(([, name = '', type, address = '', offset = '', size = '', flags = '']) => ({
		name,
		begin: Number.parseInt(address, 16),
		end: Number.parseInt(address, 16) + Number.parseInt(size, 16),
		offset: Number.parseInt(offset, 16),
		isData: type === 'PROGBITS' && !flags.includes('X'),
	}));
	const fixed = isFixed ? pointersIn(path, sections) : new Map<number, readonly number[]>();
	const isInGot = (at: number) =>
		sections.some(({name, begin, end}) => (name === '.got' || name === '.got.plt') && at >= begin && at < end);
	const relocations = [
		...run('readelf', '-rW').matchAll(
			/^([0-9a-f]{16}) +[0-9a-f]{16} R_X86_64_(\w+) +(?:[0-9a-f]{16} +([^@\s]+)\S* \+ [0-9a-f]+|([0-9a-f]+))$/gm,
		),
	].map(([, at = '', type = '', name, value]) => ({
		at: Number.parseInt(at, 16),
		type,
		name,
		value: value === undefined ? null : Number.parseInt(value, 16),
	}));
	const uses = instructionsOf(run('objdump', '-dw', '--no-show-raw-insn'), isFixed);
	const variables = symbols
		.filter(({name}) => times.get(name) === 1)
		.map(({name, address, size}) => {
			const isWithin = (place: number) => place >= address && place < address + Math.max(1, size);
			const named = relocations.filter(one => one.name === name && one.type !== 'COPY' && one.type !== 'JUMP_SLO');
			const held = relocations.flatMap(({type, at, value}) =>
				type === 'RELATIVE' && value !== null && isWithin(value) ? [{at, value}] : [],
			);
			for (const at of fixed.get(address) ?? []) held.push({at, value: address});
			const slots = new Set(named.filter(({type}) => type === 'GLOB_DAT').map(({at}) => at));
			const own = new Set(held.map(({at}) => at).filter(isInGot));
			const direct = uses.filter(({to}) => isWithin(to));
			return [
				name,
				{
					address,
					size,
					named: named.length,
					throughNamed: uses.filter(({to}) => slots.has(to)).length,
					held,
					throughHeld: uses.filter(({to}) => own.has(to)).length,
					accesses: direct.filter(({isAccess}) => isAccess).length,
					computed: direct.filter(({isAccess}) => !isAccess).map(({to}) => to),
					copied: relocations.some(({type, at}) => type === 'COPY' && at === address),
				},
			] as const;
		});
	return {variables: new Map(variables), sectionBegins: new Set(sections.map(({begin}) => begin))};
}

/** Words of an object that is loaded where it was linked: nothing marks those that are addresses. */
function pointersIn(
	path: string,
	sections: readonly {
		readonly begin: number;
		readonly end: number;
		readonly offset: number;
		readonly isData: boolean;
	}[],
): ReadonlyMap<number, readonly number[]> {
	const bytes = readFileSync(path);
	const found = new Map<number, number[]>();
	for (const {begin, end, offset} of sections.filter(({isData}) => isData)) {
		for (let at = Math.ceil(begin / 8) * 8; at + 8 <= end; at += 8) {
			const value = Number(bytes.readBigUInt64LE(offset + at - begin));
			const places = found.get(value);
			if (places === undefined) found.set(value, [at]);
			else places.push(at);
		}
	}
	return found;
}

interface Use {
	readonly to: number;
	readonly isAccess: boolean;
}

/** objdump writes where `n(%rip)` leads behind `#`; numbers that may be addresses stand in the operands of code for a fixed address. */
function instructionsOf(text: string, isFixed: boolean): readonly Use[] {
	const uses: Use[] = [];
	for (const [, rest = ''] of text.matchAll(/^ +[0-9a-f]+:\t(.*)$/gm)) {
		const isLea = /^lea[lqw]? /.test(rest);
		const behind = /# ([0-9a-f]+)(?: <|$)/.exec(rest)?.[1];
		if (behind !== undefined && rest.includes('(%rip)')) uses.push({to: Number.parseInt(behind, 16), isAccess: !isLea});
		if (!isFixed || rest.includes('(%rip)')) continue;
		const memory = /(?:^|[\s,*:])(0x[0-9a-f]+)(?:\(|,%|$|,[^(]*$)/.exec(rest.replace(/\$-?0x[0-9a-f]+/g, '$'))?.[1];
		if (memory !== undefined && !/^(call|j\w+) +[0-9a-f]/.test(rest)) uses.push({to: Number(memory), isAccess: !isLea});
		const number = /^(?:mov|movl|movq|movabs|push|cmp|cmpq|add|addq|sub|subq) +\$(0x[0-9a-f]+)/.exec(rest)?.[1];
		// An operand of 32 bits that is compared or added to is no address.
		const isNarrow = /^(cmp|add|sub)/.test(rest) && /,%(e|r\d+d)/.test(rest);
		if (number !== undefined && !isNarrow) uses.push({to: Number(number), isAccess: false});
	}
	return uses;
}
