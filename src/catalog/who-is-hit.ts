/** This file says what a build means for the known tools: who keeps its calls, who loses them, and why. */

import {matchesGlob} from '../model/glob.js';
import type {CallFate, KnownTool, ToolCall, ToolChange, ToolFate, ToolKind, ToolOutcome} from '../model/known-tool.js';
import {byCodeUnit} from '../model/order.js';
import {knownTools} from './known-tools/known-tools.js';

/** One entry per tool, in the order of the table. Tools that hook none of these functions are `unknown`. */
export function whoIsHit(
	functions: readonly CallFate[],
	tools: readonly KnownTool[] = knownTools,
): readonly ToolFate[] {
	const bySymbol = new Map<string, CallFate[]>();
	for (const fate of functions) {
		if (madeByTheHarness.has(fate.caller)) continue;
		const fates = bySymbol.get(fate.symbol);
		if (fates === undefined) bySymbol.set(fate.symbol, [fate]);
		else fates.push(fate);
	}
	return tools.map(tool => fateOf(tool, bySymbol));
}

/** The tools for which calls were lost or gained; `before` and `after` are of the same table. */
export function whoChanges(before: readonly ToolFate[], after: readonly ToolFate[]): readonly ToolChange[] {
	const earlier = new Map(before.map(fate => [fate.tool.name, fate]));
	return after.flatMap(fate => {
		const old = earlier.get(fate.tool.name);
		if (old === undefined) return [];
		const lost = worsened(old, fate);
		const gained = worsened(fate, old);
		if (lost.length === 0 && gained.length === 0) return [];
		return [{tool: fate.tool, before: old.outcome, after: fate.outcome, lost, gained}];
	});
}

/** Whether the tool overrides or hooks the function. */
export function hooks({functions}: KnownTool, symbol: string): boolean {
	return functions.some(pattern => pattern === symbol || (pattern.includes('*') && matchesGlob(pattern, symbol)));
}

/** No program takes these routes by itself: a probe does. */
const madeByTheHarness: ReadonlySet<string> = new Set(['deepbind', 'dlsym']);

function fateOf(tool: KnownTool, bySymbol: ReadonlyMap<string, readonly CallFate[]>): ToolFate {
	const calls = {kept: [] as ToolCall[], some: [] as ToolCall[], lost: [] as ToolCall[], unknown: [] as ToolCall[]};
	for (const fate of hookedBy(tool, bySymbol)) {
		const reach = reachOf[tool.kind](fate);
		if (reach === 'none') continue;
		const {symbol, caller, verdict} = fate;
		calls[reach].push({symbol, caller, because: reach === 'kept' ? null : (verdict.because ?? null)});
	}
	for (const list of Object.values(calls)) list.sort(bySymbolAndCaller);
	return {tool, outcome: outcomeOf(tool.kind, calls), ...calls};
}

/** Names are looked up; only a pattern is held against every function. */
function hookedBy({functions}: KnownTool, bySymbol: ReadonlyMap<string, readonly CallFate[]>): readonly CallFate[] {
	const patterns = functions.filter(name => name.includes('*'));
	const found = new Set(functions);
	if (patterns.length > 0)
		for (const symbol of bySymbol.keys()) if (patterns.some(pattern => matchesGlob(pattern, symbol))) found.add(symbol);
	return [...found].flatMap(name => bySymbol.get(name) ?? []);
}

/** `none`: there is no such call, so that nothing is lost. */
type Reach = 'kept' | 'some' | 'lost' | 'unknown' | 'none';

const reachOf = {
	preload: overridden,
	'got-rewrite': throughSlots,
	'code-patch': atTheEntry,
	uprobe: atTheEntry,
	'allocator-api': () => 'none',
	other: () => 'none',
} as const satisfies Record<ToolKind, (fate: CallFate) => Reach>;

function overridden({verdict}: CallFate): Reach {
	switch (verdict.kind) {
		case 'honored':
			return 'kept';
		case 'partial':
			return 'some';
		case 'bypassed':
			return 'lost';
		case 'inconclusive':
			return 'unknown';
		case 'absent':
			return 'none';
		case 'uncalled':
			return verdict.wouldBe === undefined || verdict.wouldBe === null
				? 'none'
				: ({honored: 'kept', partial: 'some', bypassed: 'lost'} as const)[verdict.wouldBe];
	}
}

/** A call through the caller's own slot is seen, whatever the loader has filled the slot with. */
function throughSlots(fate: CallFate): Reach {
	const reach = overridden(fate);
	if (reach !== 'lost' && reach !== 'some') return reach;
	const {because} = fate.verdict;
	if (because === undefined || because === 'unknown') return 'unknown';
	// The executable's calls of its own function have no slot; those of other objects have one each.
	if (because === 'executable-defines-it') {
		return fate.caller === 'interpreter' || fate.caller === 'executable' || fate.caller === 'table' ? reach : 'kept';
	}
	return slotCauses.has(because) ? 'kept' : reach;
}

const slotCauses: ReadonlySet<string> = new Set(['deepbind', 'other-object-defines-it', 'version']);

/** How a call was bound is nothing to a hook in the function itself; copies that the compiler inlined never enter it. */
function atTheEntry({verdict}: CallFate): Reach {
	switch (verdict.kind) {
		case 'honored':
		case 'partial':
		case 'bypassed':
			return 'kept';
		case 'absent':
			return 'lost';
		case 'inconclusive':
			return 'unknown';
		case 'uncalled':
			return 'none';
	}
}

function outcomeOf(kind: ToolKind, calls: Pick<ToolFate, 'kept' | 'some' | 'lost'>): ToolOutcome {
	if (kind === 'allocator-api' || kind === 'other') return 'untouched';
	const [kept, some, lost] = [calls.kept.length, calls.some.length, calls.lost.length];
	if (kept + some + lost === 0) return 'unknown';
	if (kept + some === 0) return 'loses';
	return some + lost === 0 ? 'keeps' : 'partly';
}

/** The calls of `after` that reach the tool less than in `before`. */
function worsened(before: ToolFate, after: ToolFate): readonly ToolCall[] {
	const ranks = new Map<string, number>();
	for (const call of before.kept) ranks.set(id(call), 2);
	for (const call of before.some) ranks.set(id(call), 1);
	const was = (call: ToolCall) => ranks.get(id(call)) ?? 0;
	return [...after.some.filter(call => was(call) > 1), ...after.lost.filter(call => was(call) > 0)].sort(
		bySymbolAndCaller,
	);
}

function id({symbol, caller}: ToolCall): string {
	return `${symbol}/${caller}`;
}

function bySymbolAndCaller(a: ToolCall, b: ToolCall): number {
	return byCodeUnit(a.symbol, b.symbol) || byCodeUnit(a.caller, b.caller);
}
