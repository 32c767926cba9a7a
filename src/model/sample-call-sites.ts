/** This file defines a few of the calls of one function from inside the object that defines it. */

export interface CallSites {
	/** The object. */
	readonly path: string;
	/** How many calls and jumps an override can reach, and how many it cannot. */
	readonly preemptible: number;
	readonly bound: number;
	/** One of each sort, where there is one. */
	readonly samples: readonly SampleSite[];
}

export interface SampleSite {
	readonly at: number;
	readonly preemptible: boolean;
	/** `PyList_Append+0x2c`; null where no symbol tells. */
	readonly inside: string | null;
	/** The instructions around it. */
	readonly code: readonly {readonly address: number; readonly text: string}[];
}
