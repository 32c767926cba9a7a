/** This file defines what is known of a preload library or hooking tool, and what a build means for it. */

import type {Caller, Route} from './claim.js';
import type {VerdictKind} from './verdict.js';

/**
 * How a tool gets between a call and its function. `preload`: it defines the function in front. `got-rewrite`: it writes
 * its own address into GOT slots. `code-patch`: it overwrites the function's first instructions. `uprobe`: it has the
 * kernel do so. `allocator-api`: it asks Python for it (PEP 445). `other`: it reads the process from outside.
 */
export const toolKinds = ['preload', 'got-rewrite', 'code-patch', 'uprobe', 'allocator-api', 'other'] as const;
export type ToolKind = (typeof toolKinds)[number];

export interface KnownTool {
	readonly name: string;
	readonly kind: ToolKind;
	/** Finishes "a tool that …". */
	readonly does: string;
	/** What it overrides or hooks, sorted; in a pattern `*` stands for any run of characters. */
	readonly functions: readonly string[];
	/** Of which the functions were read: a release, or a commit of the source. */
	readonly version: string;
	/** Upstream's file or manual that says so. */
	readonly source: string;
	/** Where an installed one is had; null where no distribution has it. */
	readonly package: ToolPackage | null;
	/** Why scripts/who-is-hit.sh does not run it; null where it does, and holds `functions` to what it really defines or rewrites. */
	readonly notRun: string | null;
}

export interface ToolPackage {
	readonly from: 'debian' | 'pypi';
	readonly name: string;
	/** The library in it that defines or rewrites the functions; null for a program. */
	readonly file: string | null;
}

/** What was found out of one function's calls by one caller on one build. */
export interface CallFate {
	readonly symbol: string;
	readonly caller: Caller | Route;
	readonly verdict: {
		readonly kind: VerdictKind;
		readonly because?: string | undefined;
		/** What the references predict of an uncalled function; null where the build makes no such call. */
		readonly wouldBe?: 'honored' | 'partial' | 'bypassed' | null | undefined;
	};
}

export const toolOutcomes = ['loses', 'partly', 'unknown', 'keeps', 'untouched'] as const;
/**
 * `loses`: no call that was found out reaches the tool. `partly`: some do. `keeps`: all do. `untouched`: it needs neither
 * an override nor a hook. `unknown`: of none of its functions enough is known.
 */
export type ToolOutcome = (typeof toolOutcomes)[number];

/** The calls of one function by one caller. `because` is a cause, or why it could not be found out. */
export interface ToolCall {
	readonly symbol: string;
	readonly caller: Caller | Route;
	readonly because: string | null;
}

/** What a build means for one tool; each list sorted by symbol and caller. */
export interface ToolFate {
	readonly tool: KnownTool;
	readonly outcome: ToolOutcome;
	readonly kept: readonly ToolCall[];
	/** Some of these calls reach the tool. */
	readonly some: readonly ToolCall[];
	readonly lost: readonly ToolCall[];
	readonly unknown: readonly ToolCall[];
}

/** What becomes of a tool from one build to another. */
export interface ToolChange {
	readonly tool: KnownTool;
	readonly before: ToolOutcome;
	readonly after: ToolOutcome;
	/** Calls that reached the tool and do not any more, or not all of them. */
	readonly lost: readonly ToolCall[];
	/** Calls that reach it now and did not, or not all of them. */
	readonly gained: readonly ToolCall[];
}
