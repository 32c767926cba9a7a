/** This file reads what objdump writes of arm code, ARM and Thumb: the instructions that may refer to functions. */

import {readFileSync} from 'node:fs';
import {type Lines, type Operands, operands, TextRegisters} from './objdump-text.js';
import type {Syntax} from './only-compared.js';
import {run} from './tool.js';

export function readArm(lines: Lines, path: string): Operands[] {
	const registers = new TextRegisters();
	const wordAt = wordReader(path);
	let isRunInto = true;
	return lines.map((line, index) => {
		const {address, mnemonic, rest, isLabelled} = line;
		if (isLabelled) registers.begin();
		registers.reach(address, isRunInto);
		const size = (lines[index + 1]?.address ?? address + 4) - address;
		const isThumb = size === 2 || /\.[nw]$/.test(mnemonic) || isThumbNear(lines, index);
		const found = read(address, isThumb ? 4 : 8, mnemonic.replace(/\.[nw]$/, ''), rest, registers, wordAt);
		isRunInto = !(
			/^(?:b|bx)(?:\.[nw])?$/.test(mnemonic) ||
			(/^(?:pop|ldmia|ldr)/.test(mnemonic) && /\bpc[},]/.test(rest))
		);
		return found;
	});
}

export const syntaxOfArm: Syntax = {
	destination: 'first',
	call: /^(?:bl|blx) /,
	leave: /^(?:bx lr|(?:pop|ldmia).*pc\})/,
	jump: /^(?:b|b\.[nw]|bx) /,
	conditional: /^(?:b\w\w(?:\.[nw])?|cbn?z) /,
	compare: /^cmp(?:\.w)? (?:r\d+|ip|lr), (?:r\d+|ip|lr)$/,
	store: /^(?:st|cmp|cmn|tst|teq|push)/,
	parameter: /^r[0-3]$/,
	result: /^r[01]$/,
	overwrittenByCalls: /^(?:r[0-3]|ip|lr)$/,
};

/** By the half words around it: an instruction of four bytes is of either set. */
function isThumbNear(lines: Lines, index: number): boolean {
	for (let back = index; back > index - 40; back -= 1) {
		const [here, next] = [lines[back], lines[back + 1]];
		if (here === undefined || next === undefined) return false;
		if (next.address - here.address === 2 || /\.[nw]$/.test(here.mnemonic)) return true;
		if (here.address % 4 !== 0) return true;
	}
	return false;
}

function read(
	address: number,
	ahead: number,
	mnemonic: string,
	rest: string,
	registers: TextRegisters,
	wordAt: (address: number) => number | null,
): Operands {
	const text = rest.replace(/\s*[;@<].*/, '');
	const [first = '', second = '', third = ''] = text.split(/, */);
	const target = Number.parseInt(/([0-9a-f]+) </.exec(rest)?.[1] ?? '', 16);
	const direct = /^(bl|blx|b|cbn?z|bl?(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))$/.exec(mnemonic)?.[1];
	if (direct !== undefined && !Number.isNaN(target)) {
		const isCall = /^bl(?!s$|e$|t$)/.test(direct) || /^bl(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$/.test(direct);
		if (isCall) registers.forget(syntaxOfArm.overwrittenByCalls);
		else {
			registers.branch(address, target);
			if (direct === 'b') registers.clear();
		}
		return operands(isCall ? 'call' : 'jump', target);
	}
	if (/^blx?$|^bx$/.test(mnemonic)) {
		const word = registers.word(first);
		if (mnemonic === 'bx') registers.clear();
		else registers.forget(syntaxOfArm.overwrittenByCalls);
		return word === undefined
			? operands(null, null)
			: {...operands(mnemonic === 'bx' ? 'jump' : 'call', word), throughMemory: true};
	}
	if (/^(?:st|cmp|cmn|tst|teq|push|nop|it)/.test(mnemonic)) return operands(null, null);
	if (/^(?:pop|ldm)/.test(mnemonic)) {
		if (/\bpc\}/.test(rest)) registers.clear();
		for (const [register = ''] of rest.matchAll(/\w+/g)) forget(registers, register);
		return operands(null, null);
	}
	const [base = '', index = ''] =
		/^\[(\w+)(?:, #?(-?\w+))?\](!?)$/.exec(rest.replace(/\s*[;@].*/, '').slice(first.length + 2))?.slice(1) ?? [];
	const literal = /@ \(?([0-9a-f]+) </.exec(rest)?.[1];
	const at = registers.address(base);
	const added = registers.address(`${index} number`) ?? registers.address(`${base} number`);
	const other = registers.address(index) ?? at;
	const [distance, sum, copied, known, number] = [
		registers.address(`${third === '' || third === 'pc' ? first : third} number`),
		registers.address(second),
		registers.word(second),
		registers.address(second),
		registers.address(`${second} number`),
	];
	const ownDistance = registers.address(`${first} number`);
	const own = registers.address(first);
	forget(registers, first);
	if (mnemonic === 'ldr' && base === 'pc' && literal !== undefined) {
		const word = wordAt(Number.parseInt(literal, 16));
		if (word !== null) registers.setAddress(`${first} number`, word);
	} else if (mnemonic === 'add' && second === 'pc' && third === '' && ownDistance !== undefined) {
		return take(registers, first, (ownDistance + address + ahead) >>> 0);
	} else if (mnemonic === 'add' && second === 'pc' && distance !== undefined) {
		return take(registers, first, (distance + address + ahead) >>> 0);
	} else if (/^adds?$/.test(mnemonic) && third === '' && own !== undefined && number !== undefined) {
		registers.setAddress(first, (own + number) >>> 0);
	} else if (/^adds?$/.test(mnemonic) && sum !== undefined && distance !== undefined) {
		registers.setAddress(first, (sum + distance) >>> 0);
	} else if (mnemonic === 'ldr' && index === '' && at !== undefined) {
		registers.setWord(first, at);
	} else if (mnemonic === 'ldr' && /^-?\d+$/.test(index) && at !== undefined) {
		registers.setWord(first, at + Number(index));
	} else if (mnemonic === 'ldr' && other !== undefined && added !== undefined) {
		registers.setWord(first, (other + added) >>> 0);
	} else if (mnemonic === 'mov') {
		if (known !== undefined) registers.setAddress(first, known);
		if (copied !== undefined) registers.setWord(first, copied);
		if (number !== undefined) registers.setAddress(`${first} number`, number);
	}
	return operands(null, null);
}

function take(registers: TextRegisters, register: string, target: number): Operands {
	registers.setAddress(register, target);
	return {...operands(null, target), lea: true};
}

function forget(registers: TextRegisters, register: string): void {
	registers.forget(register);
	registers.forget(`${register} number`);
}

/** From the stubs of the PLT, whose three additions objdump does not follow. */
export function stubsOfArm(lines: Lines): ReadonlyMap<number, number> {
	const stubs = new Map<number, number>();
	for (const [index, line] of lines.entries()) {
		if (!line.section.startsWith('.plt') || !/^add$/.test(line.mnemonic) || !/^ip, pc, #/.test(line.rest)) continue;
		let sum = line.address + 8 + immediate(line.rest);
		let next = index + 1;
		for (; lines[next]?.rest.startsWith('ip, ip, #') === true; next += 1) sum += immediate(lines[next]?.rest ?? '');
		const last = /^pc, \[ip, #(\d+)\]!/.exec(lines[next]?.rest ?? '')?.[1];
		if (last === undefined) continue;
		stubs.set(line.address, (sum + Number(last)) >>> 0);
		const thumb = lines[index - 2];
		if (thumb?.mnemonic === 'bx' && thumb.rest === 'pc') stubs.set(thumb.address, (sum + Number(last)) >>> 0);
	}
	return stubs;
}

/** `#0, 12` is nothing, `#5242880` or `#5, 20` as it says. */
function immediate(rest: string): number {
	const [, bits = '0', by = '0'] = /#(\d+)(?:, (\d+))?/.exec(rest) ?? [];
	return by === '0' ? Number(bits) : Number(bits) * 2 ** (32 - Number(by));
}

function wordReader(path: string): (address: number) => number | null {
	const bytes = readFileSync(path);
	const segments = [...run('readelf', ['-lW', path]).matchAll(/^ +LOAD +(\w+) (\w+) \w+ (\w+)/gm)].map(([, ...some]) =>
		some.map(Number),
	);
	return address => {
		for (const [offset = 0, virtual = 0, size = 0] of segments) {
			if (address >= virtual && address + 4 <= virtual + size) return bytes.readUInt32LE(offset + address - virtual);
		}
		return null;
	};
}
