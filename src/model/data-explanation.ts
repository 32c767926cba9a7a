/** This file defines what `explain` finds out about one variable in one ELF object. */

import type {DataReferences} from './data.js';
import type {Instruction, NamedRelocation} from './explanation.js';

export interface DataExplanation {
	readonly symbol: string;
	readonly object: {
		readonly path: string;
		readonly soname: string | null;
		readonly buildId: string | null;
		readonly machine: string;
		readonly executable: boolean;
		/** Whether its code was decoded; otherwise only relocations tell. */
		readonly decoded: boolean;
		/** Whether it has a section table, without which objdump shows no code. */
		readonly sections: boolean;
	};
	/** Whether the object defines the variable, or has a copy of it, or takes it from another object. */
	readonly role: 'exported' | 'imported';
	/** Its version; null where it has none. */
	readonly version: string | null;
	readonly references: DataReferences;
	/** Null for one that another object defines; of a thread's own variable its offset. */
	readonly address: number | null;
	/** Every use, sorted by address. */
	readonly uses: readonly DataPlace[];
	/** A few of those by code, of different sorts where there are such, with the instructions around. */
	readonly examples: readonly DataExample[];
	readonly relocations: readonly NamedRelocation[];
	/** The words of the GOT that are filled by its name. */
	readonly slots: readonly number[];
}

export interface DataPlace {
	readonly at: number;
	readonly form: 'code' | 'word';
	readonly path: 'direct' | 'got' | 'relocation';
	readonly reach: 'preemptible' | 'bound' | 'unclear';
	/** `PyList_Append+0x2c`; null for words, and where no symbol tells. */
	readonly inside: string | null;
}

export interface DataExample {
	readonly use: DataPlace;
	readonly code: readonly Instruction[];
}
