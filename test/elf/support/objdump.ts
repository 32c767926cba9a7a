/** This file reads what objdump writes: the instructions that may refer to functions. */

import {run} from './tool.js';

export const objdumpOfAarch64 = process.arch === 'arm64' ? 'objdump' : 'aarch64-linux-gnu-objdump';

export interface OracleInstruction {
	readonly section: string;
	readonly address: number;
	readonly branch: 'call' | 'jump' | null;
	readonly lea: boolean;
	readonly throughMemory: boolean;
	readonly target: number | null;
	/** Of a `lea`: whether the next that is done with its register is to compare it, and nothing else is done. */
	readonly compared: boolean;
}

/** Only those that may refer to a function; in PLT sections, all. */
export function disassemble(path: string, isAarch64: boolean): readonly OracleInstruction[] {
	const tool = isAarch64 ? objdumpOfAarch64 : 'objdump';
	const pages = new Pages();
	const instructions: OracleInstruction[] = [];
	let section = '';
	const lines = run(tool, ['-d', '--no-show-raw-insn', '-w', path]).split('\n');
	const lineAt = lineFinder(lines);
	for (const [index, line] of lines.entries()) {
		if (line.startsWith('Disassembly of section ')) section = line.slice(23, -1);
		const colon = line.indexOf(':\t');
		if (colon < 0) {
			if (line.endsWith('>:')) pages.clear();
			continue;
		}
		const address = Number.parseInt(line.slice(0, colon).trim(), 16);
		if (isAarch64) {
			const found = pages.read(line.slice(colon + 2));
			const compared = found?.lea === true && isOnlyCompared(lines, lineAt, index);
			if (found !== null || isPlt(section)) instructions.push({section, address, ...(found ?? nothing), compared});
			continue;
		}
		const text = line.slice(colon + 2).replace(prefixes, '');
		const kind = /^(call|j[a-z]+|lea)\b/.exec(text)?.[1] ?? null;
		if (kind === null && !isPlt(section)) continue;
		const relative = /\(%rip\)[^#]*# ([0-9a-f]+)/.exec(text)?.[1];
		const direct = /^(?:call|j[a-z]+)(?:,p[nt])? +([0-9a-f]+)\b(?! *\()/.exec(text)?.[1];
		const target = relative ?? direct;
		instructions.push({
			section,
			address,
			branch: kind === null || kind === 'lea' ? null : kind === 'call' ? 'call' : 'jump',
			lea: kind === 'lea',
			throughMemory: relative !== undefined && kind !== 'lea',
			target: target === undefined ? null : Number.parseInt(target, 16),
			compared: kind === 'lea' && relative !== undefined && isOnlyCompared(lines, lineAt, index),
		});
	}
	return instructions;
}

const nothing: Operands = {branch: null, lea: false, throughMemory: false, target: null, compared: false};

const prefixes = /^(?:(?:bnd|notrack|addr32|data16|rex(?:\.[WRXB]+)?|[cdefgs]s|repz|repnz|lock|\{\w+\}) +)+/;

function lineFinder(lines: readonly string[]): (address: number) => number {
	let known: Map<number, number> | undefined;
	return address => {
		known ??= new Map(
			lines.flatMap((line, index) => {
				const colon = line.indexOf(':\t');
				return colon < 0 ? [] : [[Number.parseInt(line.slice(0, colon).trim(), 16), index] as const];
			}),
		);
		return known.get(address) ?? -1;
	};
}

/** Along all ways that the text shows, until the register holds another value. */
function isOnlyCompared(lines: readonly string[], lineAt: (address: number) => number, take: number): boolean {
	const syntax = syntaxOf(lines[take] ?? '');
	if (syntax === null) return false;
	const ways = [{at: take + 1, isCompared: false}];
	const seen = new Set<string>();
	let compares = 0;
	for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
		const {at, isCompared} = way;
		if (seen.has(`${at} ${isCompared}`)) continue;
		seen.add(`${at} ${isCompared}`);
		const text = textOf(lines[at] ?? '');
		const isMentioned = syntax.mention.test(text);
		const isCompare = isMentioned && syntax.compare.test(text);
		const to = lineAt(
			Number.parseInt(/(?:^|[\s,])([0-9a-f]+) +</.exec(lines[at]?.split(':\t')[1] ?? '')?.[1] ?? '', 16),
		);
		if (isCompare) compares += 1;
		else if (isMentioned && !syntax.overwrite.test(text)) return false;
		else if (isMentioned) continue;
		if (/^ret/.test(text)) {
			if (syntax.isResult) return false;
		} else if (/^(?:call|blr?\b)/.test(text)) {
			if (syntax.isArgument && !isCompared) return false;
			if (!syntax.isOverwrittenByCalls) ways.push({at: at + 1, isCompared});
		} else if (/^(?:jmp|b|br)\s/.test(text)) {
			if (to >= 0 && !/ <[^+>]*>$/.test(text)) ways.push({at: to, isCompared});
			else if (!isCompared) return false;
		} else {
			if (/^(?:j|b\.|cbn?z|tbn?z)/.test(text) && to >= 0) ways.push({at: to, isCompared});
			if (text === '' && !isCompared) return false;
			if (text !== '') ways.push({at: at + 1, isCompared: isCompared || isCompare});
		}
	}
	return compares > 0;
}

function textOf(line: string): string {
	return (line.split(':\t')[1] ?? '')
		.replace(prefixes, '')
		.replace(/ *(?:#|\/\/).*/, '')
		.trim();
}

interface Syntax {
	readonly mention: RegExp;
	readonly compare: RegExp;
	readonly overwrite: RegExp;
	readonly isArgument: boolean;
	readonly isOverwrittenByCalls: boolean;
	/** Whether it holds what the function returns. */
	readonly isResult: boolean;
}

function syntaxOf(line: string): Syntax | null {
	const text = textOf(line);
	const x86 = /^lea .*,%(r\w+)$/.exec(text)?.[1];
	if (x86 !== undefined) {
		const core = x86.slice(1);
		// Every width of the register: %r8, %r8d; %rax, %eax, %ax, %al, %ah; %rdi, %edi, %di, %dil (%dl is one of %rdx).
		const name = /^\d/.test(core)
			? `r${core}[dwb]?`
			: `[re]?${core}|${core.endsWith('x') ? `${core[0]}[lh]` : `${core}l`}`;
		return {
			mention: new RegExp(`%(?:${name})\\b`),
			compare: new RegExp(`^cmp +(?:%${x86},(?!.*\\(.*%${x86})|(?!.*\\(.*%${x86}).*,%${x86}$)`),
			overwrite: new RegExp(`^(?:mov|lea|xor|pop)\\w* .*%(?:${name})$`),
			isArgument: /^r(?:di|si|dx|cx|8|9)$/.test(x86),
			isOverwrittenByCalls: !/^r(?:bx|bp|1[2-5])$/.test(x86),
			isResult: x86 === 'rax',
		};
	}
	const arm = /^adrp?\s+x(\d+)|^add\s+x(\d+)/.exec(text);
	const number = arm?.[1] ?? arm?.[2];
	if (number === undefined) return null;
	return {
		mention: new RegExp(`\\b[wx]${number}\\b`),
		compare: new RegExp(`^cmp\\s+(?:x${number}, x\\d+$|x\\d+, x${number}$)`),
		overwrite: new RegExp(`^(?!st)(?:ldn?p\\s+[wx]\\d+, |\\w+\\s+)[wx]${number}, (?!.*\\b[wx]${number}\\b)`),
		isArgument: Number(number) <= 7,
		isOverwrittenByCalls: Number(number) <= 18,
		isResult: number === '0',
	};
}

export function isPlt(section: string): boolean {
	return section.startsWith('.plt') || section === '.iplt';
}

/** Every address from which a PLT's code runs into a jump through a slot, with that slot. */
export function stubsOf(instructions: readonly OracleInstruction[]): ReadonlyMap<number, number> {
	const stubs = new Map<number, number>();
	let pending: number[] = [];
	for (const {section, address, branch, throughMemory, target} of instructions) {
		if (!isPlt(section)) {
			pending = [];
			continue;
		}
		pending.push(address);
		if (branch !== 'jump') continue;
		if (throughMemory && target !== null) for (const entry of pending) stubs.set(entry, target);
		pending = [];
	}
	return stubs;
}

type Operands = Omit<OracleInstruction, 'section' | 'address'>;

/** What registers hold, followed in aarch64 text: `adrp x0, 1f000 <name>`, then `add x0, x0, #0x10` or `ldr x1, [x0, #16]`. */
class Pages {
	readonly #addresses = new Map<string, number>();
	readonly #words = new Map<string, number>();

	clear(): void {
		this.#addresses.clear();
		this.#words.clear();
	}

	read(text: string): Operands | null {
		const [mnemonic = '', rest = ''] = text.split('\t');
		const operands = rest.replace(/\s*(?:\/\/|<).*/, '').split(/, */);
		const [first = '', second = '', third = ''] = operands;
		const hex = (operand: string) => Number.parseInt(operand, 16);
		if (/^(?:bl|b|b\.\w+|cbn?z|tbn?z)$/.test(mnemonic)) {
			return {
				branch: mnemonic === 'bl' ? 'call' : 'jump',
				lea: false,
				throughMemory: false,
				compared: false,
				target: hex(operands.at(-1) ?? ''),
			};
		}
		if (/^(?:br|blr)$/.test(mnemonic)) {
			const target = this.#words.get(first);
			if (target === undefined) return null;
			return {branch: mnemonic === 'blr' ? 'call' : 'jump', lea: false, throughMemory: true, compared: false, target};
		}
		const base = this.#addresses.get(mnemonic === 'ldr' ? second.slice(1).replace(']', '') : second);
		const copied = this.#words.get(second);
		if (
			!/^(?:st(?!l?xr|l?xp)|cmp|cmn|tst|ccm|ret|prf|msr|nop|bti|pac|aut|dmb|dsb|isb|svc|hlt|brk|udf|[.])/.test(mnemonic)
		) {
			for (const operand of /^ldn?p/.test(mnemonic) ? [first, second] : [first]) this.#forget(operand);
		}
		const writtenBack = /\[(\w+)(?:, #-?\w+\]!|\], )/.exec(rest)?.[1];
		if (writtenBack !== undefined) this.#forget(writtenBack);
		if (mnemonic === 'adrp') this.#addresses.set(first, hex(second));
		else if (mnemonic === 'adr') return this.#take(first, hex(second));
		else if (mnemonic === 'add' && base !== undefined && third.startsWith('#') && operands.length === 3) {
			return this.#take(first, base + Number(third.slice(1)));
		} else if (mnemonic === 'ldr' && first.startsWith('x') && base !== undefined && writtenBack === undefined) {
			const offset = third === '' ? 0 : Number(third.replace(/^#|\]$/g, ''));
			if (!Number.isNaN(offset)) this.#words.set(first, base + offset);
		} else if (mnemonic === 'mov' && second.startsWith('x')) {
			if (base !== undefined) this.#addresses.set(first, base);
			if (copied !== undefined) this.#words.set(first, copied);
		}
		return null;
	}

	#take(register: string, target: number): Operands {
		this.#addresses.set(register, target);
		return {branch: null, lea: true, throughMemory: false, compared: false, target};
	}

	#forget(register: string): void {
		const wide = register.replace(/^w/, 'x');
		this.#addresses.delete(wide);
		this.#words.delete(wide);
	}
}
