/** This file reads what objdump writes of ppc64le code: the instructions that may refer to functions. */

import {type Lines, type Operands, operands, TextRegisters} from './objdump-text.js';
import type {Syntax} from './only-compared.js';
import {run} from './tool.js';

export function readPpc64le(lines: Lines, path: string): Operands[] {
	const registers = new TextRegisters();
	const [, got = ''] = / \.got +PROGBITS +([0-9a-f]+)/.exec(run('readelf', ['-SW', path])) ?? [];
	const toc = Number.parseInt(got, 16) + 0x8000;
	let isRunInto = true;
	return lines.map(({address, mnemonic, rest, isLabelled}) => {
		if (isLabelled) registers.begin();
		registers.reach(address, isRunInto);
		registers.setAddress('r2', toc);
		isRunInto = !/^(?:b|blr|bctr)$/.test(mnemonic);
		return read(address, mnemonic, rest, registers);
	});
}

export const syntaxOfPpc64le: Syntax = {
	destination: 'first',
	call: /^(?:bl|bctrl)\b/,
	leave: /^blr$/,
	jump: /^(?:b|bctr)\b(?![a-z+-])/,
	conditional: /^b[a-z]+[+-]? /,
	compare: /^cmpl?d +(?:cr\d,)?r\d+,r\d+$/,
	store: /^(?:st|cmp|mt)/,
	parameter: /^r(?:[3-9]|10)$/,
	result: /^r[34]$/,
	overwrittenByCalls: /^(?:r(?:0|[3-9]|1[0-2])|ctr)$/,
};

function read(_address: number, mnemonic: string, rest: string, registers: TextRegisters): Operands {
	const [first = '', second = '', third = ''] = rest.replace(/ *[#<].*/, '').split(',');
	const address = _address;
	if (/^(?:bl|bctrl|bcl\w*)$/.test(mnemonic)) {
		const word = registers.word('ctr');
		registers.forget(syntaxOfPpc64le.overwrittenByCalls);
		if (mnemonic !== 'bctrl') return operands('call', targetOf(rest));
		return word === undefined ? operands(null, null) : {...operands('call', word), throughMemory: true};
	}
	if (mnemonic === 'bctr') {
		const word = registers.word('ctr');
		registers.clear();
		return word === undefined ? operands(null, null) : {...operands('jump', word), throughMemory: true};
	}
	if (/^b/.test(mnemonic) && !/^b(?:\w*lr[+-]?|permd|cd\w*)$/.test(mnemonic)) {
		if (/^bd/.test(mnemonic)) registers.forget('ctr');
		registers.branch(address, targetOf(rest));
		if (mnemonic === 'b') registers.clear();
		return operands('jump', targetOf(rest));
	}
	if (mnemonic === 'blr') registers.clear();
	const [, distance = '', base = ''] = /^(-?\d+)\((r\d+)\)$/.exec(second) ?? [];
	const [from, added, copied] = [registers.address(base), registers.address(second), registers.word(second)];
	if (mnemonic === 'mtctr') {
		const [word, known] = [registers.word(first), registers.address(first)];
		registers.forget('ctr');
		if (word !== undefined) registers.setWord('ctr', word);
		if (known !== undefined) registers.setAddress('ctr', known);
		return operands(null, null);
	}
	if (/u$|ux$/.test(mnemonic)) registers.forget(base);
	if (!/^(?:st|cmp|mt|nop|dcb|tw|td|sync|isync)/.test(mnemonic)) registers.forget(first);
	switch (mnemonic) {
		case 'addis':
		case 'addi':
			if (added === undefined) break;
			registers.setAddress(first, added + Number(third) * (mnemonic === 'addis' ? 65_536 : 1));
			return mnemonic === 'addi' ? {...operands(null, added + Number(third)), lea: true} : operands(null, null);
		case 'ld':
			if (from !== undefined) registers.setWord(first, from + Number(distance));
			break;
		case 'mr':
			if (added !== undefined) registers.setAddress(first, added);
			if (copied !== undefined) registers.setWord(first, copied);
			break;
	}
	return operands(null, null);
}

function targetOf(rest: string): number {
	return Number.parseInt(/([0-9a-f]+) </.exec(rest)?.[1] ?? '', 16);
}

/** Linkers put their stubs among the code: they are told by what they do, and then count as a PLT. */
export function markStubs(lines: Lines): Lines {
	const part = /^(?:mtctr r12|ld r12,|addis r12,r2,|std r2,24\(r1\))/;
	const isStub = new Set<number>();
	for (const [index, {mnemonic}] of lines.entries()) {
		const before = lines[index - 1];
		if (mnemonic !== 'bctr' || before?.mnemonic !== 'mtctr' || before.rest !== 'r12') continue;
		isStub.add(index);
		for (let begin = index - 1; begin >= index - 4; begin -= 1) {
			const {mnemonic = '', rest = ''} = lines[begin] ?? {};
			if (!part.test(`${mnemonic} ${rest}`)) break;
			isStub.add(begin);
			if (mnemonic === 'std') break;
		}
	}
	return lines.map((line, index) => (isStub.has(index) ? {...line, section: '.plt'} : line));
}
