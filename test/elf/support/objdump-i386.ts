/** This file reads what objdump writes of i386 code: the instructions that may refer to functions. */

import {type Lines, type Operands, operands, TextRegisters} from './objdump-text.js';
import type {Syntax} from './only-compared.js';
import {run} from './tool.js';

export function readI386(lines: Lines, path: string): Operands[] {
	const registers = new TextRegisters();
	const thunks = thunksOf(lines);
	const got = gotOf(path);
	let isRunInto = true;
	return lines.map((line, index) => {
		const {address, mnemonic, rest, isLabelled, section} = line;
		if (isLabelled) registers.begin();
		registers.reach(address, isRunInto);
		// At a call through the PLT %ebx holds the address of the GOT.
		if (section.startsWith('.plt') && got !== null) registers.setAddress('%ebx', got);
		isRunInto = !/^(?:jmp|ret|hlt|ud2)/.test(mnemonic);
		return read(address, lines[index + 1]?.address ?? 0, mnemonic, rest, registers, thunks);
	});
}

export const syntaxOfI386: Syntax = {
	destination: 'last',
	call: /^call /,
	leave: /^ret/,
	jump: /^jmp /,
	conditional: /^j\w+ /,
	compare: /^cmp +(?:%e\w\w,|[^,]*,%e\w\w$)/,
	store: /^(?:cmp|test|push)/,
	parameter: /^%e[acd]x$/,
	result: /^%eax$/,
	overwrittenByCalls: /^%e[acd]x$/,
};

function read(
	address: number,
	next: number,
	mnemonic: string,
	rest: string,
	registers: TextRegisters,
	thunks: ReadonlyMap<number, string>,
): Operands {
	const text = rest.replace(/^(?:notrack|bnd) +/, '');
	const kind = /^(?:call|j\w+)$/.test(mnemonic) ? (mnemonic === 'call' ? 'call' : 'jump') : null;
	if (kind !== null) {
		const direct = /^(?:,p[nt] +)?([0-9a-f]+) </.exec(text)?.[1];
		const slot = memory(/^\*(.*)$/.exec(text)?.[1] ?? '', registers);
		const word = registers.word(text.slice(1));
		if (kind === 'call') registers.forget(syntaxOfI386.overwrittenByCalls);
		if (mnemonic === 'jmp') {
			if (direct !== undefined) registers.branch(address, Number.parseInt(direct, 16));
			registers.clear();
		}
		if (direct !== undefined) {
			const target = Number.parseInt(direct, 16);
			if (kind === 'jump' && mnemonic !== 'jmp') registers.branch(address, target);
			const holder = thunks.get(target);
			if (kind === 'call' && holder !== undefined) registers.setAddress(holder, next);
			if (kind === 'call' && target === next) registers.setAddress('stack', next);
			return operands(kind, target);
		}
		if (slot !== null) return {...operands(kind, slot), throughMemory: true};
		return word === undefined ? operands(null, null) : {...operands(kind, word), throughMemory: true};
	}
	if (/^(?:ret|hlt|ud2)/.test(mnemonic)) registers.clear();
	const [source = '', target = ''] = text.split(/,(?=[^,)]*$)/);
	const where = memory(source, registers);
	// Padding.
	if (mnemonic === 'lea' && source === `0x0(${target})`) return operands(null, null);
	const [from, copied, known] = [registers.address(target), registers.word(source), registers.address(source)];
	if (!/^(?:cmp|test|push|nop)/.test(mnemonic)) {
		registers.forget(wide(target === '' ? source : target));
		if (/^(?:i?mul|i?div|cltd|cwtl|rep|movs|stos|xchg|cmpxchg|xadd|cpuid|rdtsc|cld|lods)/.test(mnemonic)) {
			registers.forget(/^%e(?:ax|cx|dx|si|di)$/);
		}
	}
	const popped = registers.address('stack');
	registers.forget('stack');
	if (mnemonic === 'pop' && popped !== undefined) registers.setAddress(source, popped);
	else if (mnemonic === 'add' && source.startsWith('$') && from !== undefined) {
		registers.setAddress(target, (from + Number(source.slice(1))) >>> 0);
	} else if (mnemonic === 'lea' && where !== null) {
		registers.setAddress(target, where);
		return {...operands(null, where), lea: true};
	} else if (mnemonic === 'mov' && /^%e\w\w$/.test(target)) {
		if (where !== null) registers.setWord(target, where);
		if (known !== undefined) registers.setAddress(target, known);
		if (copied !== undefined) registers.setWord(target, copied);
	}
	return operands(null, null);
}

/** `-0x10(%ebx)` or `0x804c000`; null where the base is not known. */
function memory(operand: string, registers: TextRegisters): number | null {
	const [, distance = '', base] = /^(-?0x[0-9a-f]+|)(?:\((%e\w\w)\))?$/.exec(operand) ?? [];
	const number = distance.startsWith('-') ? -Number(distance.slice(1)) : Number(distance);
	if (base === undefined) return distance === '' ? null : number >>> 0;
	const known = registers.address(base);
	return known === undefined ? null : (known + number) >>> 0;
}

function wide(register: string): string {
	const core = /^%(?:e?([abcd])[xlh]|e?(si|di|bp|sp))$/.exec(register);
	return core === null ? register : `%e${core[1] === undefined ? core[2] : `${core[1]}x`}`;
}

/** By address: functions that are nothing but `mov (%esp),%reg; ret`. */
function thunksOf(lines: Lines): ReadonlyMap<number, string> {
	return new Map(
		lines.flatMap(({mnemonic, rest, address}, index) => {
			const register = mnemonic === 'mov' ? /^\(%esp\),(%e\w\w)$/.exec(rest)?.[1] : undefined;
			return register !== undefined && lines[index + 1]?.mnemonic === 'ret' ? [[address, register] as const] : [];
		}),
	);
}

function gotOf(path: string): number | null {
	const [, value] = /\(PLTGOT\) +0x([0-9a-f]+)/.exec(run('readelf', ['-dW', path])) ?? [];
	return value === undefined ? null : Number.parseInt(value, 16);
}
