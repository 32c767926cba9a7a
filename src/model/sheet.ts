/** This file defines the lab's sheet: what each variant wins in speed, and what it loses in overrides. */

import type {BenchComparison, BenchReport} from './bench.js';
import type {BindingMode} from './binding.js';
import type {VerdictKind} from './verdict.js';

export interface Sheet {
	readonly schema: 1;
	/** The version of the one source. */
	readonly python: string;
	readonly quick: boolean;
	/** The variant that the others are compared with. */
	readonly base: string;
	/** The base first, then as the table of variants has them. */
	readonly rows: readonly SheetRow[];
	/** Null where nothing was measured. */
	readonly bench: BenchReport | null;
}

export interface SheetRow {
	readonly variant: string;
	readonly summary: string;
	readonly compiler: string;
	readonly commands: readonly string[];
	/** The mean over the workloads; null for the base, and where it was not measured. */
	readonly speed: BenchComparison | null;
	/** What the loader maps of the ELF object that holds the interpreter. */
	readonly bytes: number;
	readonly linkage: 'static' | 'shared';
	readonly mode: BindingMode;
	/** Calls from inside the interpreter, of every exported function; null where the sweep could not be made. */
	readonly internal: InternalCalls | null;
	/** Claims that the base honors and this variant does not, sorted by id. */
	readonly lost: readonly LostClaim[];
	readonly honored: number;
}

export interface InternalCalls {
	readonly honored: number;
	readonly bypassed: number;
	/** Functions called from inside, and those of them whose override saw any of it. */
	readonly functions: number;
	readonly functionsHonored: number;
}

export interface LostClaim {
	readonly id: string;
	readonly now: VerdictKind;
}

/** What one row of the picture of gain against loss says. */
export interface SheetBar {
	readonly name: string;
	/** `base`, a measurement, or null where none was made. */
	readonly gain: 'base' | SheetGain | null;
	/** Of the internal calls, the percentage that an override gets, and how it is written; null where it is not known. */
	readonly share: {readonly percent: number; readonly words: string} | null;
}

/** In percent of the base's speed; above 0 is faster. `equal` where the difference is noise. */
export interface SheetGain {
	readonly percent: number;
	readonly low: number;
	readonly high: number;
	readonly equal: boolean;
}
