/** This file defines what the sections of a generated shim are computed from. */

import type {ShimFunction} from './function.js';
import type {GotSlot} from './got.js';
import type {ShimMachine} from './machines.js';
import type {RuntimeTables} from './tables.js';
import type {Trampolines} from './trampoline.js';

/** Of native/layout.h: the ledger's header, a row, the rows of a function, and the distance from one trampoline to the next. */
export interface ShimLayout {
	readonly LEDGER_HEADER: number;
	readonly LEDGER_ROW_SIZE: number;
	readonly SWEEP_ROWS: number;
	readonly SWEEP_STEP: number;
}

export interface ShimShape {
	/** The functions, and the canary behind them. */
	readonly slots: readonly ShimFunction[];
	readonly machine: ShimMachine;
	readonly layout: ShimLayout;
	readonly trampolines: Trampolines;
	readonly tables: RuntimeTables;
	/** The symbols of sweep.so whose addresses the loader puts into the GOT, in its order. */
	readonly got: readonly GotSlot[];
}

/** In bytes. */
export const WORD = 8;
