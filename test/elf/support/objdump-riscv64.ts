/** This file reads what objdump writes of riscv64 code: the instructions that may refer to functions. */

import {type Lines, type Operands, operands, TextRegisters} from './objdump-text.js';
import type {Syntax} from './only-compared.js';

export function readRiscv64(lines: Lines): Operands[] {
	const registers = new TextRegisters();
	let isRunInto = true;
	return lines.map(({address, mnemonic, rest, isLabelled}) => {
		if (isLabelled) registers.begin();
		registers.reach(address, isRunInto);
		isRunInto = !/^(?:j|jr|ret)$/.test(mnemonic);
		return read(address, mnemonic, rest, registers);
	});
}

export const syntaxOfRiscv64: Syntax = {
	destination: 'first',
	call: /^jalr? /,
	leave: /^ret/,
	jump: /^jr? /,
	conditional: /^b\w+ /,
	compare: /^b(?:eq|ne|gt|ltu?|geu?|gtu?|leu?) \w+,\w+,[0-9a-f]+$/,
	store: /^(?:s[bhwd]|fs[wd]) /,
	parameter: /^a\d$/,
	result: /^a[01]$/,
	overwrittenByCalls: /^(?:ra|t\d|a\d)$/,
};

function read(address: number, mnemonic: string, rest: string, registers: TextRegisters): Operands {
	const [first = '', second = '', third = ''] = rest.replace(/ *[#<].*/, '').split(',');
	if (/^(?:j|jal|b\w+)$/.test(mnemonic)) {
		const isCall = mnemonic === 'jal' && !/^zero/.test(first);
		const target = Number.parseInt(/([0-9a-f]+) </.exec(rest)?.[1] ?? '', 16);
		if (!isCall) registers.branch(address, target);
		if (mnemonic === 'j') registers.clear();
		else if (isCall) registers.forget(/^(?:ra|t\d|a\d)$/);
		return operands(isCall ? 'call' : 'jump', target);
	}
	if (/^(?:jr|jalr|ret)$/.test(mnemonic)) {
		const where = second === '' ? first : second;
		const [, distance = '0', base = where] = /^(-?\d+)\((\w+)\)$/.exec(where) ?? [];
		// What `add` completed is told there.
		const known = registers.address(`${base} whole`) === undefined ? registers.address(base) : undefined;
		const word = registers.word(base);
		const isCall = mnemonic === 'jalr';
		if (isCall) registers.forget(/^(?:ra|t\d|a\d)$/);
		else registers.clear();
		if (mnemonic === 'ret') return operands(null, null);
		if (known !== undefined) return operands(isCall ? 'call' : 'jump', known + Number(distance));
		return word === undefined || distance !== '0'
			? operands(null, null)
			: {...operands(isCall ? 'call' : 'jump', word), throughMemory: true};
	}
	if (/^(?:s[bhwd]|fs[wd]|fence)$/.test(mnemonic)) return operands(null, null);
	const [, distance = '', base = ''] = /^(-?\d+)\((\w+)\)$/.exec(second) ?? [];
	const [from, copied] = [registers.address(mnemonic === 'ld' ? base : second), registers.word(second)];
	registers.forget(first);
	registers.forget(`${first} whole`);
	switch (mnemonic) {
		case 'auipc':
			registers.setAddress(first, address + (Number(second) << 12));
			break;
		case 'add':
		case 'addi':
			if (from === undefined || !/^-?\d+$/.test(third)) break;
			registers.setAddress(first, from + Number(third));
			registers.setAddress(`${first} whole`, from + Number(third));
			return {...operands(null, from + Number(third)), lea: true};
		case 'ld':
			if (from !== undefined) registers.setWord(first, from + Number(distance));
			break;
		case 'mv':
			if (from !== undefined) registers.setAddress(first, from);
			if (copied !== undefined) registers.setWord(first, copied);
			if (from !== undefined) return {...operands(null, from), lea: true};
			break;
	}
	return operands(null, null);
}
