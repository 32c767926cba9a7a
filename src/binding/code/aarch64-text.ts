/**
 * This file writes aarch64 instructions as text, by Capstone, which is loaded only where one is to be read. What Capstone spells otherwise
 * than binutils is spelled as they do, since the commands that an explanation gives are binutils'.
 */

import {createRequire} from 'node:module';
import {targetOfBranch} from './aarch64.js';
import type {LabelOf} from './labels.js';
import type {Write} from './text.js';
import {mustRunWebAssembly} from './x86-64.js';

/** Errors: SuiteError where Node cannot run it. */
export async function loadAarch64Text(): Promise<Write> {
	mustRunWebAssembly('aarch64');
	// It is CommonJS, and has no types.
	const load = createRequire(import.meta.url)('@alexaltea/capstone-js') as () => Promise<Capstone>;
	const capstone = await load();
	return ({address, bytes}, start, labelOf, each) => {
		const decoder = new capstone.Capstone(capstone.ARCH_ARM64, capstone.MODE_LITTLE_ENDIAN);
		try {
			for (let at = start; at + 4 <= address + bytes.length; at += 4) {
				const code = bytes.subarray(at - address, at - address + 4);
				if (!each(at, 4, () => write(decoder, code, at, labelOf))) return;
			}
		} finally {
			decoder.close();
		}
	};
}

/** As much of the package as is used. */
interface Capstone {
	readonly ARCH_ARM64: number;
	readonly MODE_LITTLE_ENDIAN: number;
	readonly Capstone: new (architecture: number, mode: number) => Decoder;
}

interface Decoder {
	/** Throws where the bytes are no instruction. */
	disasm(code: readonly number[], address: number): readonly {readonly mnemonic: string; readonly op_str: string}[];
	close(): void;
}

function write(decoder: Decoder, code: Uint8Array, at: number, labelOf: LabelOf): string {
	const word = new DataView(code.buffer, code.byteOffset, 4).getUint32(0, true);
	const instruction = decode(decoder, [...code], at);
	if (instruction === undefined) return `.inst 0x${word.toString(16).padStart(8, '0')}`;
	const {mnemonic, operands} = asBinutils(instruction.mnemonic, instruction.op_str);
	const target = targetOfBranch(word, at);
	// It is the last operand.
	const named =
		target === null ? operands : operands.replace(/#0x[0-9a-f]+$/, labelOf(target) ?? `0x${target.toString(16)}`);
	return `${mnemonic} ${named}`.trimEnd();
}

function decode(decoder: Decoder, code: readonly number[], at: number) {
	try {
		return decoder.disasm(code, at)[0];
	} catch {
		return undefined;
	}
}

function asBinutils(mnemonic: string, operands: string): {readonly mnemonic: string; readonly operands: string} {
	// Of two names for a condition the one that speaks of the carry flag.
	const branch = /^(b|bc)\.(hs|lo)$/.exec(mnemonic);
	if (branch !== null) return {mnemonic: `${branch[1]}.${conditions[branch[2] ?? '']}`, operands};
	if (isConditional.test(mnemonic)) {
		return {mnemonic, operands: operands.replace(/\b(hs|lo)$/, condition => conditions[condition] ?? condition)};
	}
	// A vector that is widened by no shift
	const widened = /^([su])shll(2?)$/.exec(mnemonic);
	if (widened !== null && operands.endsWith(', #0')) {
		return {mnemonic: `${widened[1]}xtl${widened[2]}`, operands: operands.slice(0, -', #0'.length)};
	}
	// Two numbers come out wrong: some steps backwards as what they are modulo 2^64, and -2^31 in 64 bits with the sign twice.
	const step = operands
		.replace(/\], #(0xf{8}[0-9a-f]{8})$/, (_, number: string) => `], #${BigInt.asIntN(64, BigInt(number))}`)
		.replace(/#-0xf{8}80000000$/, '#-0x80000000');
	return {mnemonic, operands: step};
}

const conditions: Readonly<Record<string, string>> = {hs: 'cs', lo: 'cc'};

/** What ends in a condition. */
const isConditional = /^(ccmp|ccmn|fccmpe?|fcsel|csel|csinc|csinv|csneg|cinc|cinv|cneg|csetm?)$/;
