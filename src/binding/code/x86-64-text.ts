/** This file writes x86-64 instructions as text. */

import type {Formatter, Instruction} from 'iced-x86';
import type {LabelOf} from './labels.js';
import type {Write} from './text.js';
import {type Iced, loadIced} from './x86-64.js';

export async function loadX8664Text(): Promise<Write> {
	const iced = loadIced();
	return ({address, bytes}, start, labelOf, each) => {
		const decoder = new iced.Decoder(64, bytes.subarray(start - address), iced.DecoderOptions.None);
		const instruction = new iced.Instruction();
		const formatter = new iced.Formatter(iced.FormatterSyntax.Gas);
		formatter.hexPrefix = '0x';
		formatter.hexSuffix = '';
		formatter.uppercaseHex = false;
		formatter.spaceAfterOperandSeparator = false;
		formatter.showBranchSize = false;
		formatter.ripRelativeAddresses = true;
		decoder.ip = BigInt(start);
		try {
			for (let at = start; decoder.canDecode; ) {
				decoder.decodeOut(instruction);
				const size = Math.max(1, instruction.length);
				if (!each(at, size, () => write(iced, formatter, instruction, labelOf))) break;
				at += size;
			}
		} finally {
			for (const held of [decoder, instruction, formatter]) held.free();
		}
	};
}

function write(iced: Iced, formatter: Formatter, instruction: Instruction, labelOf: LabelOf): string {
	if (instruction.code === iced.Code.INVALID) return '(bad)';
	const text = formatter.format(instruction);
	if (instruction.isIpRelMemoryOperand) {
		const target = Number(instruction.ipRelMemoryAddress);
		return `${text}  # ${named(target, labelOf)}`;
	}
	switch (instruction.flowControl) {
		case iced.FlowControl.Call:
		case iced.FlowControl.ConditionalBranch:
		case iced.FlowControl.UnconditionalBranch:
			return `${formatter.formatMnemonic(instruction)} ${named(Number(instruction.nearBranchTarget), labelOf)}`;
		default:
			return text;
	}
}

function named(address: number, labelOf: LabelOf): string {
	return labelOf(address) ?? `0x${address.toString(16)}`;
}
