/** This file lists what the trampolines of a generated shim have from the loader. */

import {STT_NOTYPE, STT_TLS} from '../elf/abi.js';
import type {ShimMachine} from './machines.js';

export interface GotSlot {
	readonly shared: 'slow_at' | 'resolve_at' | 'current_ledger_at' | 'main_ledger_offset';
	readonly symbol: string;
	/** One of STT_. */
	readonly type: number;
	readonly relocation: number;
}

export function gotOf({relocations: {globalData}, threadOffset}: ShimMachine): readonly GotSlot[] {
	const address = {type: STT_NOTYPE, relocation: globalData};
	const slots: readonly GotSlot[] = [
		{shared: 'slow_at', symbol: 'pyinterpose_sweep_slow', ...address},
		{shared: 'resolve_at', symbol: 'pyinterpose_sweep_resolve', ...address},
		{shared: 'current_ledger_at', symbol: 'pyinterpose_sweep_current', ...address},
	];
	if (threadOffset === null) return slots;
	const mainLedger = {symbol: 'pyinterpose_sweep_main_ledger', type: STT_TLS, relocation: threadOffset};
	return [...slots, {shared: 'main_ledger_offset', ...mainLedger}];
}
