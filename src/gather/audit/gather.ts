/** This file gathers what becomes of preload libraries in one process: who defines, binds and calls what they define. */

import {mkdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {reader as nativeReader} from '../../ledger/native.js';
import {type AuditedCaller, auditedCallers} from '../../model/audit.js';
import type {
	AuditEvidence,
	CallPath,
	Definer,
	MissingEvidence,
	OverrideEvidence,
	Tally,
} from '../../model/audit-evidence.js';
import type {StaticWitness} from '../../model/binding.js';
import {byCodeUnit} from '../../model/order.js';
import type {Finding} from '../../model/report.js';
import {endingInWords, succeeded} from '../../process/ending.js';
import {withTemporaryFolder} from '../../process/temporary.js';
import {type AttributedCalls, attribute, type CallerRole, type Roles, roles} from './attribute.js';
import type {Bindings} from './bindings.js';
import {bare, jumpsTo} from './jumps.js';
import type {AuditLedger} from './ledger.js';
import {type Missing, missingFrom} from './missing.js';
import {isLibc, type LoadedObject, loadedObjects, type ReadLoaded, read as readLoaded, real} from './object.js';
import {type AuditPlan, canary, writePlan} from './plan.js';
import {
	type AuditProgram,
	type LoaderRun,
	type RunOptions,
	runBare,
	runLoaded,
	runTold,
	runWatched,
	type WatchedRun,
	waysToWatch,
} from './run.js';

export interface AuditRequest extends RunOptions {
	readonly program: AuditProgram;
	/** Real paths, in the order in which they are preloaded. */
	readonly libraries: readonly string[];
	readonly interpreter: string;
	readonly witness: StaticWitness;
}

/** Errors: SuiteError where a library cannot be read; whatever goes wrong in the program is a finding. */
export async function gatherAudit(given: AuditRequest): Promise<AuditEvidence> {
	return withTemporaryFolder(given.env, 'data', async folder => {
		const work = join(folder, 'work');
		await mkdir(work);
		// What the library leaves behind where it runs is gone with the folder; a command runs where the user is.
		return gatherIn(folder, given.program.wrapped ? given : {...given, program: {...given.program, cwd: work}});
	});
}

async function gatherIn(folder: string, request: AuditRequest): Promise<AuditEvidence> {
	const libraries = request.libraries.map(readLoaded);
	const told = await runTold(request.program, folder, request);
	const scene = setScene(request, libraries, told);
	const plan = await writePlan(folder, libraries, scene.definers, scene.watched);
	const watched = await watch(request, folder, told);
	const reason = whyNothing(request, told, watched, plan);
	const broken = await whyBroken(request, told);
	const findings = await findingsOf(request, told, watched);
	if (reason !== null) return {inconclusive: reason, functions: [], own: 0, missing: [], broken, findings};
	return {...(await describe(request, scene, plan, watched.ledger)), inconclusive: null, broken, findings};
}

/** A program that ends otherwise under an audit module is watched in the other way. */
async function watch(request: AuditRequest, folder: string, told: LoaderRun): Promise<WatchedRun> {
	let first: WatchedRun | null = null;
	for (const way of waysToWatch(request.program)) {
		const watched = await runWatched(request.program, folder, way, request);
		if (watched.ledger.ready && sameEnding(told, watched)) return watched;
		first ??= watched;
	}
	return first as WatchedRun;
}

/** What is known before anything is counted. */
interface Scene {
	readonly libraries: readonly LoadedObject[];
	readonly read: ReadLoaded;
	readonly bindings: Bindings | null;
	/** All that are loaded, as far as the loader told of them, without the libraries. */
	readonly others: readonly LoadedObject[];
	/** Those that define what a library defines, or what it leaves out. */
	readonly definers: readonly LoadedObject[];
	readonly overrides: ReadonlySet<string>;
	readonly missing: readonly Missing[];
	/** Both. */
	readonly watched: ReadonlySet<string>;
	realPath(name: string): string;
	/** The path of what the loader gave an object for a name; null where it told of none. */
	definerOf(path: string, symbol: string): string | null;
}

function setScene(request: AuditRequest, libraries: readonly LoadedObject[], {bindings}: LoaderRun): Scene {
	const read = loadedObjects();
	const {interpreter, program} = request;
	const names = new Map<string, string>();
	const realPath = (name: string) =>
		real(name.startsWith('/') ? name : name.includes('.so') ? name : program.executable);
	for (const name of bindings?.objects ?? []) if (!names.has(realPath(name))) names.set(realPath(name), name);
	const paths = new Set([program.executable, interpreter, ...names.keys()].map(real));
	const others = [...paths].filter(path => !request.libraries.includes(path)).flatMap(path => read(path) ?? []);
	const defined = new Set(libraries.flatMap(({functions}) => [...functions.keys()].map(bare)));
	const elsewhere = new Set(others.flatMap(({functions}) => [...functions.keys()].map(bare)));
	const overrides = new Set([...defined].filter(name => elsewhere.has(name) && !isTemplate(name)));
	const imported = new Set(others.filter(({path}) => !isLibc(path)).flatMap(({imports}) => [...imports]));
	const missing = missingFrom(overrides, imported).filter(({symbol}) => elsewhere.has(symbol));
	const watched = new Set([...overrides, ...missing.map(({symbol}) => symbol)]);
	const definers = others.filter(({functions}) =>
		[...functions.keys()].some(name => watched.has(bare(name)) || name === canary),
	);
	const boundTo = (path: string, symbol: string) => {
		const to = bindings?.boundTo(names.get(path) ?? path, symbol);
		return to === undefined ? null : realPath(to);
	};
	const definerOf = (path: string, symbol: string) => {
		const to = boundTo(path, symbol);
		// An executable at a fixed address has PLT stubs that stand for the function: what they lead to is bound by its own slot.
		if (to === null || to === path || has(read(to), symbol)) return to;
		return boundTo(to, symbol);
	};
	return {libraries, read, bindings, others, definers, overrides, missing, watched, realPath, definerOf};
}

function has(object: LoadedObject | null, symbol: string): boolean {
	return object !== null && [...object.functions.keys()].some(name => bare(name) === symbol);
}

/** C++ code that many objects have a copy of is no override; the operators new and delete are. */
function isTemplate(name: string): boolean {
	return name.startsWith('_Z') && !/^_Z(nw|na|dl|da)[A-Z]?/.test(name);
}

function whyNothing(
	{program, libraries}: AuditRequest,
	told: LoaderRun,
	{result, ledger}: WatchedRun,
	{slots}: AuditPlan,
): string | null {
	if (!succeeded(result.exit) && endingInWords(told.result.exit) !== endingInWords(result.exit)) {
		return `the program ${endingInWords(result.exit)} while it is watched, and ${endingInWords(told.result.exit)} otherwise`;
	}
	if (!ledger.ready) {
		return result.exit.kind === 'not-started'
			? `the program ${endingInWords(result.exit)}`
			: `the loader did not load what watches the library: the program ${endingInWords(result.exit)}${said(result.stderr)}`;
	}
	const loaded = new Set(ledger.objects.filter(({startup}) => startup).map(({path}) => real(path)));
	const gone = libraries.find(path => !loaded.has(path));
	if (gone !== undefined) return `the loader did not preload ${gone}${said(result.stderr)}`;
	if (!slots.some(({names}) => names.includes(canary))) return 'no libc was found whose start could be watched';
	const control = ledger.sites.filter(({slot}) => slots[slot]?.names.includes(canary) === true);
	const starts = control.reduce((sum, {calls}) => sum + calls, 0);
	if (starts !== 1)
		return `the control was counted ${starts} times instead of once, in ${basename(program.executable)}`;
	if (ledger.lost > 0) return `${ledger.lost} calls were made from more call sites than there was room for`;
	return null;
}

function said(stderr: string): string {
	const line = stderr.split('\n').find(one => one.includes('ld.so')) ?? stderr.trim().split('\n').at(-1) ?? '';
	return line === '' ? '' : ` (${line.trim()})`;
}

/** Where it ends badly without the libraries, too, they have not broken it. */
async function whyBroken(request: AuditRequest, {result}: LoaderRun): Promise<string | null> {
	if (succeeded(result.exit) || request.program.wrapped) return null;
	const bare = await runBare(request.program, request);
	return succeeded(bare.exit) ? `${endingInWords(result.exit)}${said(result.stderr)}` : null;
}

async function findingsOf(request: AuditRequest, told: LoaderRun, watched: WatchedRun): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	const {exit, stderr} = watched.result;
	if (!succeeded(exit)) {
		const last = stderr.trim().split('\n').at(-1) ?? '';
		const rest = last === '' ? '' : `: ${last}`;
		findings.push({
			kind: 'program-ended',
			message: `The program ${endingInWords(exit)}${rest}; what ran until then is counted.`,
		});
	}
	if (told.result.stdout !== watched.result.stdout || !sameEnding(told, watched)) {
		const again = await runLoaded(request.program, request);
		const alike = again.stdout === told.result.stdout;
		findings.push({
			kind: alike ? 'output-differs' : 'output-varies',
			message: alike
				? 'The program prints something else while it is watched: what is counted may not be what happens without us.'
				: 'The program prints something else every time, so its output with and without us could not be compared.',
		});
	}
	if (told.bindings === null) {
		findings.push({kind: 'loader-silent', message: 'The loader did not tell what it bound (LD_DEBUG).'});
	}
	if (watched.ledger.others > 0) {
		const more = watched.ledger.others;
		findings.push({
			kind: 'other-processes',
			message: `${more} more ${more === 1 ? 'process' : 'processes'} ran the same program; the first alone is counted.`,
		});
	}
	return findings;
}

function sameEnding(told: LoaderRun, watched: WatchedRun): boolean {
	return endingInWords(told.result.exit) === endingInWords(watched.result.exit);
}

type Described = Pick<AuditEvidence, 'functions' | 'own' | 'missing'>;

async function describe(request: AuditRequest, scene: Scene, plan: AuditPlan, ledger: AuditLedger): Promise<Described> {
	const startup = new Set(ledger.objects.filter(one => one.startup).map(({path}) => real(path)));
	const who = roles({
		interpreter: request.interpreter,
		executable: request.program.executable,
		libraries: request.libraries,
		read: scene.read,
		startup: path => startup.has(path),
	});
	const calls = attribute({...scene, plan, ledger, roles: who});
	const jumps = new Map<LoadedObject, ReadonlyMap<string, number>>();
	for (const object of scene.definers) jumps.set(object, await jumpsTo(object, scene.overrides));
	const context: Context = {request, scene, plan, ledger, who, calls, jumps};
	const functions = scene.libraries.flatMap((_, library) => overridesOf(library, context));
	const overriding = new Set(functions.map(({library, symbol}) => `${library} ${symbol}`)).size;
	const all = scene.libraries.reduce(
		(sum, {functions: defined}) => sum + new Set([...defined.keys()].map(bare)).size,
		0,
	);
	return {functions, own: all - overriding, missing: scene.missing.map(one => missingEvidence(one, context))};
}

interface Context {
	readonly request: AuditRequest;
	readonly scene: Scene;
	readonly plan: AuditPlan;
	readonly ledger: AuditLedger;
	readonly who: Roles;
	readonly calls: readonly AttributedCalls[];
	readonly jumps: ReadonlyMap<LoadedObject, ReadonlyMap<string, number>>;
}

/** What a library for Python would define, whether this Python has it or not. */
const pythonFunction = /^_?Py[A-Z_]/;

function overridesOf(library: number, context: Context): readonly OverrideEvidence[] {
	const {scene} = context;
	const object = scene.libraries[library] as LoadedObject;
	const names = [...new Set([...object.functions.keys()].map(bare))];
	return names
		.filter(name => scene.overrides.has(name) || pythonFunction.test(name))
		.sort(byCodeUnit)
		.map(symbol => overrideOf(symbol, library, object, context));
}

function overrideOf(symbol: string, library: number, object: LoadedObject, context: Context): OverrideEvidence {
	const {request, scene} = context;
	const definers = scene.others.filter(({functions}) => [...functions.keys()].some(name => bare(name) === symbol));
	const own = object.functions.get(symbol);
	const version = own === undefined ? null : (object.elf.dynamicSymbols[own.index]?.version?.name ?? null);
	return {
		symbol,
		version,
		library,
		definedBy: definers.map(one => definer(one, symbol, context)),
		references: interpreterReferences(symbol, request.witness),
		cause: request.witness.causeOf(symbol),
		tallies: talliesOf(symbol, library, context),
		chain: chainOf(symbol, library, context),
		loader: Object.fromEntries(
			auditedCallers.map(caller => [caller, loaderWord(symbol, caller, object, context)]),
		) as OverrideEvidence['loader'],
		uncounted: {
			own: whyUncounted(object, symbol, context),
			real: definers.map(one => whyUncounted(one, symbol, context)).find(reason => reason !== null) ?? null,
		},
	};
}

/** Null where it has none. */
function interpreterReferences(symbol: string, {bySymbol, imports}: StaticWitness): OverrideEvidence['references'] {
	const own = bySymbol.get(symbol);
	const [preemptible, bound] =
		own === undefined
			? [imports.get(symbol) ?? 0, 0]
			: [own.calls.preemptible + own.addresses.preemptible, own.calls.bound + own.addresses.bound];
	return preemptible + bound === 0 ? null : {preemptible, bound};
}

function definer(object: LoadedObject, symbol: string, {request}: Context): Definer {
	const versions = object.elf.dynamicSymbols.flatMap(one =>
		one.defined && one.name === symbol ? (one.version?.name ?? []) : [],
	);
	return {
		role: object.path === request.interpreter ? 'interpreter' : isLibc(object.path) ? 'libc' : 'library',
		name: object.elf.soname ?? basename(object.path),
		executable: object.elf.executable,
		versions: [...new Set(versions)].sort(byCodeUnit),
	};
}

function talliesOf(symbol: string, library: number, context: Context): readonly Tally[] {
	const tallies = new Map<string, {-readonly [Key in keyof Tally]: Tally[Key]}>();
	for (const one of context.calls) {
		if (nameOf(one, context) !== symbol) continue;
		if (one.slot.library !== 0 && one.slot.library !== library + 1) continue;
		const how = pathOf(one, symbol, context);
		const key = `${one.caller} ${how}`;
		const tally = tallies.get(key) ?? {caller: one.caller, how, reached: 0, passed: 0, forwarded: 0};
		if (one.slot.library === library + 1) tally.reached += one.calls + one.forwards;
		else {
			tally.forwarded += one.forwards + (one.caller === 'preload' ? one.calls : 0);
			tally.passed += one.caller === 'preload' ? 0 : one.calls;
		}
		tallies.set(key, tally);
	}
	return [...tallies.values()].sort((a, b) => byCodeUnit(`${a.caller} ${a.how}`, `${b.caller} ${b.how}`));
}

/** The nearest library before it that defines the function, too, and what that one does with its calls. */
function chainOf(symbol: string, library: number, context: Context): OverrideEvidence['chain'] {
	const before = context.scene.libraries
		.slice(0, library)
		.map(({functions}) => [...functions.keys()].some(name => bare(name) === symbol));
	const behind = before.lastIndexOf(true);
	if (behind < 0) return null;
	const entered = (which: number) =>
		context.calls.filter(one => one.slot.library === which + 1 && nameOf(one, context) === symbol);
	return {
		behind,
		made: entered(behind).reduce((sum, {calls, forwards}) => sum + calls + forwards, 0),
		passedOn: entered(library).reduce(
			(sum, {caller, calls, forwards}) => sum + forwards + (caller === 'preload' ? calls : 0),
			0,
		),
	};
}

/** The name to report for a call whose site tells none: one that its object imports, or that a library overrides; the plainest of them. */
function nameOf({name, slot, object}: AttributedCalls, {scene}: Context): string | null {
	if (name !== null) return name;
	const imported = slot.names.filter(one => object?.imports.has(one) === true);
	if (imported.length === 1) return imported[0] ?? null;
	const overridden = slot.names.filter(one => scene.overrides.has(one));
	return (overridden.length > 0 ? overridden : slot.names).toSorted((a, b) => a.length - b.length)[0] ?? null;
}

/** A call by an address may have called this function, or another one of its object that jumps here: the site does not tell which. */
function pathOf({how, slot, object}: AttributedCalls, symbol: string, {jumps}: Context): CallPath {
	if (how !== 'address' && how !== 'none') return how;
	const some = jumps.get(slot.object)?.get(symbol) ?? 0;
	return slot.library === 0 && some > 0 && object !== slot.object ? 'address-or-jump' : 'address';
}

function loaderWord(symbol: string, caller: AuditedCaller, library: LoadedObject, {scene, who}: Context) {
	let [toLibrary, toOther] = [0, 0];
	for (const object of scene.others) {
		if (who.of(object.path) !== caller) continue;
		const to = scene.definerOf(object.path, symbol);
		if (to === null) continue;
		if (to === library.path) toLibrary += 1;
		else toOther += 1;
	}
	return toLibrary + toOther === 0 ? null : {toLibrary, toOther};
}

function whyUncounted(object: LoadedObject, symbol: string, {plan, ledger}: Context): string | null {
	const planned = plan.uncounted(object, symbol);
	if (planned !== null) return `${basename(object.path)}: ${planned}`;
	const loaded = ledger.objects.filter(({path}) => real(path) === object.path);
	if (
		loaded.length > 0 &&
		loaded.every(({outcome}) => outcome === null) &&
		plan.slots.some(slot => slot.object === object)
	) {
		return `${basename(object.path)}: it was opened while the program ran, when it could not be watched`;
	}
	const failed = loaded.find(({outcome}) => outcome !== null && outcome > 0)?.outcome ?? null;
	if (failed !== null) return `${basename(object.path)}: ${nativeReader().reader_entries_reason(failed) ?? 'unknown'}`;
	return null;
}

function missingEvidence({symbol, beside, kind}: Missing, context: Context): MissingEvidence {
	const {scene, who, calls} = context;
	const importers = scene.others.filter(({imports}) => imports.has(symbol)).map(({path}) => who.of(path));
	const definers = scene.definers.filter(({functions}) => [...functions.keys()].some(name => bare(name) === symbol));
	const uncounted = definers.some(object => whyUncounted(object, symbol, context) !== null);
	const made = calls.filter(one => nameOf(one, context) === symbol && one.slot.library === 0 && isOutside(one.caller));
	return {
		symbol,
		beside,
		kind,
		calls: uncounted ? null : made.reduce((sum, one) => sum + one.calls + one.forwards, 0),
		callers: auditedCallers.filter(caller => importers.includes(caller)),
	};
}

/** Whether a call is the program's: not libc's of itself, not a library's own. */
function isOutside(caller: CallerRole): boolean {
	return auditedCallers.some(one => one === caller);
}
