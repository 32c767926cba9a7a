/**
 * This file decodes i386 code with iced-x86. Such code cannot name an address by its distance from itself: it calls a function
 * that returns where it was called from (`__x86.get_pc_thunk.bx`), adds the distance of the GOT, and names all else from there.
 */

import type {Instruction} from 'iced-x86';
import type {CodeRange, CodeVisitor, Decode, DecodeOptions} from './code.js';
import {KnownRegisters} from './known-registers.js';
import {walk} from './walk.js';
import {type Iced, loadIced} from './x86-64.js';

export async function loadI386(): Promise<Decode> {
	const iced = loadIced();
	return (ranges, starts, options, visitor) => {
		for (const range of ranges) decodeRange(iced, range, ranges, starts, options, visitor);
	};
}

function decodeRange(
	iced: Iced,
	{address, bytes}: CodeRange,
	ranges: readonly CodeRange[],
	starts: readonly number[],
	options: DecodeOptions,
	visitor: CodeVisitor,
): void {
	const decoder = new iced.Decoder(32, bytes, iced.DecoderOptions.None);
	const instruction = new iced.Instruction();
	const registers = new KnownRegisters();
	const context: Context = {
		iced,
		ranges,
		options,
		visitor,
		registers,
		view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
	};
	decoder.ip = BigInt(address);
	try {
		walk({from: address, end: address + bytes.length, starts, registers}, at => {
			if (decoder.position !== at - address) {
				decoder.position = at - address;
				decoder.ip = BigInt(at);
			}
			decoder.decodeOut(instruction);
			// Data in the text: the next byte may be code again.
			if (instruction.code === iced.Code.INVALID) return 1;
			const end = at + Math.max(1, instruction.length);
			run(context, instruction, at, end, at - address);
			return end - at;
		});
	} finally {
		instruction.free();
		decoder.free();
	}
}

interface Context {
	readonly iced: Iced;
	readonly ranges: readonly CodeRange[];
	readonly options: DecodeOptions;
	readonly visitor: CodeVisitor;
	readonly registers: KnownRegisters;
	readonly view: DataView;
}

function run(context: Context, instruction: Instruction, at: number, end: number, offset: number): void {
	const {iced, registers, visitor} = context;
	const {FlowControl} = iced;
	const flow = instruction.flowControl;
	switch (flow) {
		case FlowControl.Call:
		case FlowControl.UnconditionalBranch:
		case FlowControl.ConditionalBranch: {
			const target = instruction.nearBranch32;
			visitor.direct(at, target, flow === FlowControl.Call);
			if (flow === FlowControl.Call) {
				registers.forget(...overwrittenByCalls);
				const holder = target === end ? stackTop : thunkRegister(context, target);
				if (holder !== null) registers.setAddress(holder, end);
				return;
			}
			registers.branch(at, target);
			if (flow === FlowControl.UnconditionalBranch) registers.stop();
			return;
		}
		case FlowControl.IndirectCall:
		case FlowControl.IndirectBranch: {
			const isCall = flow === FlowControl.IndirectCall;
			const where = operandAt(context, offset, end - at, 0xff);
			if (where?.kind === 'memory') visitor.indirect(at, where.address, isCall);
			else if (where?.kind === 'register') {
				const slot = registers.content(where.register);
				if (slot !== undefined) visitor.indirect(at, slot, isCall);
			}
			if (isCall) registers.forget(...overwrittenByCalls);
			else registers.stop();
			return;
		}
		case FlowControl.Return:
		case FlowControl.Interrupt:
		case FlowControl.Exception:
			registers.stop();
			return;
		case FlowControl.Next:
			follow(context, instruction, at, end, offset);
			return;
	}
}

/** Registers by the numbers that instructions give them: eax 0, ecx 1, edx 2, ebx 3, esp 4, ebp 5, esi 6, edi 7. */
const overwrittenByCalls: readonly number[] = [0, 1, 2];

/** A call of the next instruction leaves that one's address on the stack, for a POP. It is kept beside the registers. */
const stackTop = 8;

/** `mov (%esp), %reg; ret` */
function thunkRegister({ranges}: Context, target: number): number | null {
	const range = ranges.find(({address, bytes}) => target >= address && target + 4 <= address + bytes.length);
	if (range === undefined) return null;
	const at = target - range.address;
	const [move, form, base, last] = range.bytes.subarray(at, at + 4);
	return move === 0x8b && ((form as number) & 0xc7) === 0x04 && base === 0x24 && last === 0xc3
		? ((form as number) >>> 3) & 7
		: null;
}

type Operand =
	| {readonly kind: 'memory'; readonly address: number}
	| {readonly kind: 'register'; readonly register: number};

/**
 * What the operand of an instruction with this opcode names by its ModR/M byte: a word at a known distance from a known register,
 * or at an address; or a register. Null for what else there is.
 */
function operandAt({view, registers}: Context, offset: number, size: number, opcode: number): Operand | null {
	// Prefixes may stand before it: `notrack`, `bnd`.
	const at = [0, 1, 2].find(skip => view.getUint8(offset + skip) === opcode);
	if (at === undefined || at + 2 > size) return null;
	const form = view.getUint8(offset + at + 1);
	const [mode, register] = [form >>> 6, form & 7];
	if (mode === 3) return {kind: 'register', register};
	// A third byte says more of the address: it is followed nowhere but here, as a base alone.
	if (register === 4) return null;
	if (mode === 0 && register === 5) {
		return size === at + 6 ? {kind: 'memory', address: view.getUint32(offset + at + 2, true)} : null;
	}
	const base = registers.address(register);
	if (base === undefined) return null;
	if (mode === 0) return {kind: 'memory', address: base};
	const distance = mode === 1 ? view.getInt8(offset + at + 2) : view.getInt32(offset + at + 2, true);
	return {kind: 'memory', address: (base + distance) >>> 0};
}

function follow(context: Context, instruction: Instruction, at: number, end: number, offset: number): void {
	const {iced, registers, visitor, view} = context;
	const [first, second] = [view.getUint8(offset), offset + 1 < view.byteLength ? view.getUint8(offset + 1) : 0];
	const size = end - at;
	const written = (second >>> 3) & 7;
	// ADD of a number to a register
	const isAdd = (first === 0x81 && (second & 0xf8) === 0xc0 && size === 6) || (first === 0x05 && size === 5);
	if (isAdd) {
		const register = first === 0x05 ? 0 : second & 7;
		const base = registers.address(register);
		const sum = base === undefined ? undefined : (base + view.getInt32(offset + size - 4, true)) >>> 0;
		registers.setAddress(register, sum);
		return;
	}
	// POP
	if ((first & 0xf8) === 0x58 && size === 1) {
		registers.move(first & 7, stackTop);
		registers.forget(stackTop);
		return;
	}
	registers.forget(stackTop);
	switch (first) {
		case 0x8d: {
			// LEA
			const operand = operandAt(context, offset, size, first);
			// `lea 0(%esi), %esi` is padding.
			if (operand?.kind === 'memory' && operand.address === registers.address(written)) return;
			registers.setAddress(written, operand?.kind === 'memory' ? operand.address : undefined);
			if (operand?.kind === 'memory') visitor.address(at, operand.address);
			return;
		}
		case 0x8b: {
			// MOV to a register
			const operand = operandAt(context, offset, size, first);
			if (operand?.kind === 'register') registers.move(written, operand.register);
			else registers.setContent(written, operand?.kind === 'memory' ? operand.address : undefined);
			return;
		}
		case 0x89:
			// MOV from a register
			if (second >>> 6 === 3) registers.move(second & 7, written);
			return;
	}
	if (context.options.fixedAddress) inspectNumber(context, instruction, at);
	registers.forget(...registersWritten(iced, instruction));
}

/** Code for a fixed address has addresses as immediate operands. */
function inspectNumber({iced: {Code}, visitor}: Context, instruction: Instruction, at: number): void {
	switch (instruction.code) {
		case Code.Mov_r32_imm32:
		case Code.Mov_rm32_imm32:
		case Code.Pushd_imm32:
		case Code.Cmp_rm32_imm32:
		case Code.Cmp_EAX_imm32:
			visitor.address(at, instruction.immediate32);
			break;
	}
}

/** By the number of the first operand, and by the nature of the instruction; more rather than fewer. */
function registersWritten(iced: Iced, instruction: Instruction): readonly number[] {
	const {Mnemonic, OpKind} = iced;
	const {mnemonic} = instruction;
	if (mnemonic === Mnemonic.Cmp || mnemonic === Mnemonic.Test || mnemonic === Mnemonic.Push) return [];
	const isPlain = plain.has(Mnemonic[mnemonic] ?? '');
	if (instruction.op0Kind !== OpKind.Register) return isPlain ? [] : implied;
	const register = numberOf(iced, instruction.op0Register);
	return isPlain ? (register === null ? [] : [register]) : [...implied, ...(register === null ? [] : [register])];
}

/** What writes its first operand and nothing else. */
const plain: ReadonlySet<string> = new Set([
	...['Mov', 'Movzx', 'Movsx', 'Add', 'Sub', 'And', 'Or', 'Xor', 'Not', 'Neg', 'Inc', 'Dec', 'Adc', 'Sbb', 'Pop'],
	...['Shl', 'Shr', 'Sar', 'Rol', 'Ror', 'Shld', 'Shrd', 'Bt', 'Bts', 'Bsf', 'Bsr', 'Tzcnt', 'Bswap', 'Nop'],
	...[
		'Fld',
		'Fstp',
		'Fild',
		'Fistp',
		'Fxch',
		'Fst',
		'Movaps',
		'Movups',
		'Movss',
		'Movsd',
		'Movdqa',
		'Movdqu',
		'Movq',
		'Movd',
	],
	...[
		'Seta',
		'Setae',
		'Setb',
		'Setbe',
		'Sete',
		'Setne',
		'Setg',
		'Setge',
		'Setl',
		'Setle',
		'Sets',
		'Setns',
		'Setp',
		'Setnp',
	],
	...['Cmova', 'Cmovae', 'Cmovb', 'Cmovbe', 'Cmove', 'Cmovne', 'Cmovg', 'Cmovge', 'Cmovl', 'Cmovle', 'Cmovs', 'Cmovns'],
]);

/** What multiplications, divisions, string instructions and their like write without naming it. */
const implied: readonly number[] = [0, 1, 2, 6, 7];

function numberOf({Register, RegisterExt}: Iced, register: number): number | null {
	const full = RegisterExt.fullRegister32(register);
	const order = [
		...[Register.EAX, Register.ECX, Register.EDX, Register.EBX],
		...[Register.ESP, Register.EBP, Register.ESI, Register.EDI],
	];
	const number = order.indexOf(full);
	return number < 0 ? null : number;
}
