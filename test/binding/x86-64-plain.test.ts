/** This file holds what is decoded without iced-x86 to iced-x86: each form with every ModRM byte, random bytes, and whole interpreters. */

import test from 'ava';
import type {Instruction} from 'iced-x86';
import {codeRanges} from '../../src/binding/code/ranges.js';
import {loadIced} from '../../src/binding/code/x86-64.js';
import {
	decoded,
	decodePlain,
	direct,
	immediate,
	indirect,
	lea,
	longestInstruction,
	other,
	unknown,
} from '../../src/binding/code/x86-64-plain.js';
import {functionStarts} from '../../src/binding/function-starts.js';
import {readObjectFile} from '../../src/object/object-file.js';
import {python} from '../support/python.js';
import {interpreterOf, systemLibpythons} from '../support/pythons.js';

const iced = loadIced();
const {FlowControl, Mnemonic} = iced;

/** What both say of an instruction, as text. */
type Said = string;

function plain(bytes: Uint8Array, at: number): Said | null {
	const kind = decodePlain(bytes, at);
	if (kind === unknown) return null;
	const {length, isCall, isShort} = decoded;
	const view = new DataView(bytes.buffer, bytes.byteOffset + at);
	const near = () => length + (isShort ? view.getInt8(length - 1) : view.getInt32(length - 4, true));
	const far = () => length + view.getInt32(length - 4, true);
	switch (kind) {
		case direct:
			return `${length} ${isCall ? 'calls' : 'jumps to'} ${near()}`;
		case indirect:
			return `${length} ${isCall ? 'calls' : 'jumps'} through ${far()}`;
		case lea:
			return `${length} address ${far()}`;
		case immediate:
		case other:
			return `${length}`;
		default:
			return `of no kind: ${kind}`;
	}
}

/** `instruction` was decoded at the address 0, of all that may follow. */
function full(instruction: Instruction): Said {
	const {length, flowControl: flow} = instruction;
	if (instruction.code === iced.Code.INVALID) return 'invalid';
	const near = () => BigInt.asIntN(64, instruction.nearBranchTarget);
	const place = () => BigInt.asIntN(64, instruction.ipRelMemoryAddress);
	if (flow === FlowControl.Call) return `${length} calls ${near()}`;
	if (flow === FlowControl.UnconditionalBranch || flow === FlowControl.ConditionalBranch)
		return `${length} jumps to ${near()}`;
	if (instruction.isIpRelMemoryOperand) {
		if (flow === FlowControl.IndirectCall) return `${length} calls through ${place()}`;
		if (flow === FlowControl.IndirectBranch) return `${length} jumps through ${place()}`;
		if (instruction.mnemonic === Mnemonic.Lea) return `${length} address ${place()}`;
	}
	return `${length}`;
}

/** Counts the cases that are known; the first few that differ. */
function compare(cases: Iterable<{readonly bytes: Uint8Array; readonly at: number}>) {
	const instruction = new iced.Instruction();
	const wrong: string[] = [];
	let [known, left] = [0, 0];
	for (const {bytes, at} of cases) {
		const said = plain(bytes, at);
		if (said === null) {
			left += 1;
			continue;
		}
		known += 1;
		const code = bytes.subarray(at, at + longestInstruction);
		const decoder = new iced.Decoder(64, code, iced.DecoderOptions.None);
		decoder.decodeOut(instruction);
		const truth = full(instruction);
		decoder.free();
		if (said !== truth && wrong.length < 20) wrong.push(`${Buffer.from(code).toString('hex')}: ${said}, not ${truth}`);
	}
	instruction.free();
	return {wrong, known, left};
}

const prefixed = [
	[],
	[0x66],
	[0xf3],
	[0xf2],
	[0x2e],
	[0x64],
	[0x66, 0x66, 0x2e],
	[0x66, 0xf3],
	[0x2e, 0xf2],
	[0xf3, 0x66],
];
const extended = [[], [0x41], [0x48]];

function* everyForm() {
	for (const prefix of prefixed) {
		for (const rex of extended) {
			for (const map of [[], [0x0f]]) {
				for (let opcode = 0; opcode < 256; opcode += 1) {
					const head = [...prefix, ...rex, ...map, opcode];
					const bytes = Uint8Array.of(...head, 0, 0, 1, 2, 3, 0x84, 5, 6, 7, 8, 9, 10, 11, 12, 13);
					for (let modrm = 0; modrm < 256; modrm += 1) {
						bytes[head.length] = modrm;
						// The base of a SIB byte is 5, or another register.
						for (const sib of (modrm & 7) === 4 && modrm < 0xc0 ? [0x25, 0x48] : [0x25]) {
							bytes[head.length + 1] = sib;
							yield {bytes, at: 0};
						}
					}
				}
			}
		}
	}
}

test('every form that is decoded without iced-x86 is what iced-x86 says, with every ModRM byte', t => {
	const {wrong, known, left} = compare(everyForm());
	t.deepEqual(wrong, []);
	t.true(known > 200_000, `${known} known, ${left} left`);
});

test('what is decoded of random bytes without iced-x86 is what iced-x86 says', t => {
	let state = 1;
	const bytes = Uint8Array.from({length: 400_000}, () => {
		// Marsaglia's xorshift32.
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state & 0xff;
	});
	const {wrong, known} = compare(Array.from({length: bytes.length - 2 * longestInstruction}, (_, at) => ({bytes, at})));
	t.deepEqual(wrong, []);
	t.true(known > 100_000, String(known));
});

for (const path of new Set([interpreterOf(python), ...systemLibpythons()])) {
	test(`of the instructions of ${path} nineteen of twenty are decoded without iced-x86, each as iced-x86 does`, t => {
		const {elf} = readObjectFile(path);
		const instruction = new iced.Instruction();
		const starts = functionStarts(elf);
		const begins = function* () {
			for (const {address, bytes} of codeRanges(elf).code) {
				const within = starts.filter(start => start >= address && start < address + bytes.length);
				for (const [index, start] of within.entries()) {
					const end = (within[index + 1] ?? address + bytes.length) - address;
					const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
					decoder.position = start - address;
					for (let at = start - address; at < end && at + longestInstruction < bytes.length; at += instruction.length) {
						yield {bytes, at};
						decoder.position = at;
						decoder.decodeOut(instruction);
					}
					decoder.free();
				}
			}
		};
		const {wrong, known, left} = compare(begins());
		t.deepEqual(wrong, []);
		t.true(known > 19 * left, `${known} known, ${left} left`);
	});
}
