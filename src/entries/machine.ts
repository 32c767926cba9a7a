/** This file defines what a CPU brings to the counting of entries, and what is asked of it. */

import type {Elf} from '../elf/elf.js';
import type {PlannedCopies, WantedCopy} from './copy.js';
import type {Candidate, Code, Entry, LeftAlone, Redirected, Redirection, Wanted} from './entry.js';
import type {EntryLayout} from './layout.js';
import type {RedirectedCalls} from './site-calls.js';

/** What a CPU brings. */
export interface EntryMachine {
	readonly layout: EntryLayout;
	/** Of the landing pad at an entry, in bytes; 0 where there is none. */
	landingPad(bytes: Uint8Array): number;
	/** Leaves alone what can be entered other than at its beginning, or jumps back to it. */
	arrange(elf: Elf, candidates: readonly Candidate[]): Arrangement;
	/** Calls of entered functions by themselves; and jumps to those of `folded` which are all that a function is. */
	redirections(elf: Elf, entries: readonly Entry[], folded: ReadonlySet<number>): readonly Redirection[];
	/**
	 * The counter, the landing pad's twin, the displaced instructions, the jump back. Its size depends on the entry alone, and on whether it
	 * counts `beside` itself, in the main thread's word of a ledger whose distance is known.
	 */
	stub(entry: Entry, address: number, codeAddress: number, redirected: Redirected, beside: number | null): Stub;
	/** How large `stub` makes it, without making it; null where that is not known. */
	stubSize?(entry: Entry, isBeside: boolean): StubSize | null;
	/** Calls to be counted where they are made; absent where that is not done. */
	redirectedCalls?(elf: Elf, plan: EntryPlan, wanted: readonly Wanted[]): Promise<RedirectedCalls>;
	/** The object's own direct calls of the functions, those by themselves included, and jumps to them from elsewhere. */
	boundCalls(elf: Elf, entries: readonly Entry[]): readonly Redirection[];
	/** What a call that is counted where it is made runs through: adds one, and does what the function's stub does from `resume` on. */
	siteStub?(entry: Entry, address: number, counters: SiteCounters, resume: number, redirected: Redirected): Code;
	/** How large `siteStub` makes it. */
	siteStubSize?(entry: Entry): number | null;
	/** Inlined copies to be counted besides `functions`; absent where that is not done. */
	planCopies?(elf: Elf, wanted: readonly WantedCopy[], functions: readonly Entry[]): PlannedCopies;
	/** What a copy's beginning leads to: adds one at each of `counters`, then the displaced instructions, the jump back. */
	copyStub?(entry: Entry, address: number, counters: readonly number[], redirected: Redirected): Stub;
	/** Where the code is best put, as an address of the file. */
	preferred(elf: Elf): number;
}

/** Where a site stub counts, as addresses beside the stubs' own: in the main thread, and atomically in any other. */
export interface SiteCounters {
	readonly own: number;
	readonly shared: number;
}

/** Two offsets into it: where an override goes on, past the counter; the jump back to the function. */
export interface Stub extends Code {
	readonly resume: number;
	readonly jumpBack: number;
}

export interface StubSize extends Pick<Stub, 'resume' | 'jumpBack'> {
	readonly size: number;
}

export interface Arrangement {
	readonly entries: readonly Entry[];
	readonly refused: ReadonlyMap<Candidate, string>;
}

export interface EntryPlan {
	/** Sorted by address. */
	readonly entries: readonly Entry[];
	readonly redirections: readonly Redirection[];
	/** Sorted by symbol. */
	readonly left: readonly LeftAlone[];
}
