/** This file reads what objdump writes of s390x code: the instructions that may refer to functions. */

import {type Lines, type Operands, operands, TextRegisters} from './objdump-text.js';
import type {Syntax} from './only-compared.js';

export function readS390x(lines: Lines): Operands[] {
	const registers = new TextRegisters();
	let isRunInto = true;
	return lines.map(({address, mnemonic, rest, isLabelled}) => {
		if (isLabelled) registers.begin();
		registers.reach(address, isRunInto);
		isRunInto = !/^(?:j|jg|br)$/.test(mnemonic);
		return read(address, mnemonic, rest, registers);
	});
}

export const syntaxOfS390x: Syntax = {
	destination: 'first',
	call: /^(?:brasl|bras|basr) /,
	leave: /^br %r14$/,
	jump: /^(?:j|jg|br) /,
	conditional: /^(?:j[a-z]+|jg[a-z]+|c[a-z]*j[a-z]*|br[cx]\w+) /,
	compare: /^(?:cgr|clgr|cl?g?rj\w*) %r\d+,%r\d+(?:,[0-9a-f]+)?$/,
	store: /^(?:st|cg|clg|c|cl|cr|clr|lt|cs)\w* /,
	parameter: /^%r[2-6]$/,
	result: /^%r2$/,
	overwrittenByCalls: /^%r(?:[0-5]|14)$/,
};

function read(address: number, mnemonic: string, rest: string, registers: TextRegisters): Operands {
	const [first = '', second = ''] = rest.replace(/ *[#<].*/, '').split(/,(.*)/);
	const target = Number.parseInt(/([0-9a-f]+) </.exec(rest)?.[1] ?? '', 16);
	if (/^(?:brasl|bras)$/.test(mnemonic)) {
		registers.forget(syntaxOfS390x.overwrittenByCalls);
		return operands('call', target);
	}
	if (/^(?:j\w*|c\w*j\w*|brct\w*|brx\w+)$/.test(mnemonic) && !/^jg?nop$/.test(mnemonic)) {
		registers.branch(address, target);
		if (/^(?:j|jg)$/.test(mnemonic)) registers.clear();
		if (/^br/.test(mnemonic)) registers.forget(first);
		return operands('jump', target);
	}
	if (/^(?:basr|br|b\w{1,3}r)$/.test(mnemonic)) {
		const by = mnemonic === 'basr' ? second : first;
		const word = registers.word(by);
		if (mnemonic === 'basr') registers.forget(syntaxOfS390x.overwrittenByCalls);
		if (mnemonic === 'br') registers.clear();
		const branch = mnemonic === 'basr' ? 'call' : 'jump';
		return word === undefined ? operands(null, null) : {...operands(branch, word), throughMemory: true};
	}
	const [, distance = '', base = ''] = /^(-?\d+)\((%r\d+)\)$/.exec(second) ?? [];
	const [from, copied, known] = [registers.address(base), registers.word(second), registers.address(second)];
	if (/^lmg?$/.test(mnemonic)) registers.clear();
	else if (!/^(?:st|c[gl]|c$|lt|nop)/.test(mnemonic)) registers.forget(first);
	if (/^(?:mlgr?|dl?s?gf?r?|[md]l?r?)$/.test(mnemonic)) registers.forget(`%r${Number(first.slice(2)) + 1}`);
	switch (mnemonic) {
		case 'larl':
			registers.setAddress(first, target);
			return {...operands(null, target), lea: true};
		case 'lgrl':
			registers.setWord(first, target);
			break;
		case 'lg':
			if (from !== undefined) registers.setWord(first, from + Number(distance));
			break;
		case 'la':
		case 'lay':
			if (from === undefined) break;
			registers.setAddress(first, from + Number(distance));
			return {...operands(null, from + Number(distance)), lea: true};
		case 'lgr':
			if (known !== undefined) registers.setAddress(first, known);
			if (copied !== undefined) registers.setWord(first, copied);
			break;
	}
	return operands(null, null);
}
