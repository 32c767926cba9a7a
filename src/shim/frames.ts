/** This file writes what an unwinder needs to pass a trampoline in which a signal has come: at every instruction the frame is as at the first. */

import {DW_EH_PE_datarel, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DW_EH_PE_udata4} from '../elf/abi.js';
import type {ShimMachine} from './machines.js';
import {aligned, Output} from './output.js';

/** The bytes of the header, whose table has one row. */
export const FRAME_HEADER_SIZE = 20;

/** One entry for all the code; it is the same whatever the addresses, but for the two that are relative. */
export function frameBytes({frame}: ShimMachine, address: number, code: number, codeSize: number): Buffer {
	const common = commonEntry(frame);
	const out = new Output(common.length + ENTRY_SIZE + 4).put(common);
	const at = address + common.length + 8;
	// The length, the distance back to the common entry, the code, and no data of the augmentation.
	out.word(ENTRY_SIZE - 4, common.length + 4, code - at, codeSize, 0);
	return out.word(0).bytes;
}

/** Of the entry for the code, its length's own word included. */
const ENTRY_SIZE = 20;

export function frameHeader(machine: ShimMachine, address: number, frames: number, code: number): Buffer {
	const row = frames + commonEntry(machine.frame).length;
	const out = new Output(FRAME_HEADER_SIZE);
	out.put(Uint8Array.of(1, DW_EH_PE_pcrel | DW_EH_PE_sdata4, DW_EH_PE_udata4, DW_EH_PE_datarel | DW_EH_PE_sdata4));
	return out.word(frames - (address + 4), 1, code - address, row - address).bytes;
}

function commonEntry({codeAlignment, returnAddress, rule}: ShimMachine['frame']): Buffer {
	// Version 1, the augmentation 'zR', data in steps of -8 (a signed LEB128), one byte of augmentation data: how code is named.
	const body = [1, 0x7a, 0x52, 0, codeAlignment, 0x78, returnAddress, 1, DW_EH_PE_pcrel | DW_EH_PE_sdata4, ...rule];
	const size = aligned(8 + body.length, 8);
	return new Output(size).word(size - 4, 0).put(Uint8Array.from(body)).bytes;
}
