/** This file is the suite on one screen: target, evidence, verdict, report. */

import {setImmediate as nextTurn} from 'node:timers/promises';
import {claimsOf} from './catalog/claims.js';
import {mustMatchSome, mustSelect, type Selection, selected} from './catalog/select.js';
import {type Ahead, computingAhead} from './gather/ahead.js';
import {readCatalog} from './gather/catalog.js';
import {gatherEvidence} from './gather/evidence.js';
import {hiddenFirst} from './gather/hidden.js';
import {fixAddresses, hostFacts} from './gather/host.js';
import {gatherStatic} from './gather/static.js';
import {gatherSweep} from './gather/sweep/gather.js';
import {sweepProgram} from './gather/sweep/program.js';
import {type AccountedBuild, account} from './judge/account.js';
import {disagreements} from './judge/disagreements.js';
import {meant} from './meant.js';
import type {StaticWitness} from './model/binding.js';
import type {Workload} from './model/evidence.js';
import {byCodeUnit} from './model/order.js';
import type {Failure, Finding, FunctionReport, Report, TargetReport} from './model/report.js';
import type {Target, TargetLaunch} from './model/target.js';
import {reportTotals} from './model/totals.js';
import {allOf, atOnce} from './process/at-once.js';
import {stayAlone} from './process/beside.js';
import {runChild} from './process/child.js';
import {beginningEarly} from './process/early.js';
import {endingInWords, succeeded} from './process/ending.js';
import type {Environment} from './process/temporary.js';
import type {Embedder} from './target/embedder.js';
import {steadyEnvironment} from './target/environment.js';
import {failureOf} from './target/find.js';
import {bindingFindings} from './target/findings.js';
import {withLauncher} from './target/launch.js';
import {isPackage, type PackedRoots, withPackages} from './target/packages.js';
import {withOriginalNames} from './target/root-names.js';
import type {Launcher, Surroundings} from './target/surroundings.js';
import {gatherTargets, type WantedTargets} from './target/targets.js';
import {toolFacts} from './tool.js';

export interface CheckOptions {
	readonly wanted: WantedTargets;
	readonly selection: Selection;
	/** Whether every exported function is overridden, too. */
	readonly sweep: boolean;
	/** Whether the interpreter's code may be patched in memory, to count the calls that pass the overrides by. Yes by default. */
	readonly entryCounts?: boolean;
	/** Whether each call of the workload is counted by the override that it runs, and none at the site that makes it. Not by default. */
	readonly literal?: boolean;
	/** Whether inlined copies are counted as they run, too. Not by default. */
	readonly inlined?: boolean;
	/** For each single start of a target. */
	readonly timeoutSeconds: number;
	/** Which part of the targets is this run's; all where it is left out. */
	readonly shard?: Shard | undefined;
	/** Processors to keep at work; with 1, one target is tested after the other. */
	readonly jobs: number;
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** Told what is being done, in a few words. */
	progress(what: string): void;
}

/** The `index`th (from 1) of `count` parts. */
export interface Shard {
	readonly index: number;
	readonly count: number;
}

/** Errors: SuiteError where the suite itself cannot work; what goes wrong in one target is among the report's failures. */
export async function checkTargets(options: CheckOptions): Promise<Report> {
	mustSelect(options.selection, meant);
	fixAddresses();
	stayAlone(options.jobs === 1);
	options.progress('finding Pythons');
	const {wanted, packages} = apart(options.wanted);
	return withLauncher(options.env, launch =>
		withPackages(packages, options, packed => checkFound(wanted, packed, launch, options)),
	);
}

/** What is to be unpacked is found in its root, and not by its name. */
function apart(wanted: WantedTargets): {readonly wanted: WantedTargets; readonly packages: readonly string[]} {
	if (wanted.kind === 'all') return {wanted, packages: []};
	const names = wanted.names.filter(name => !isPackage(name));
	return {wanted: {kind: 'named', names}, packages: wanted.names.filter(isPackage)};
}

async function checkFound(
	wanted: WantedTargets,
	packed: PackedRoots,
	launch: Launcher,
	options: CheckOptions,
): Promise<Report> {
	const ahead = computingAhead(options.env);
	const early = beginningEarly(
		(target: Target, signal) =>
			checkTarget(target, steady(launch(target.start), options.env), ahead, {...options, signal}),
		options.signal,
	);
	try {
		// With several, other Pythons are at work meanwhile.
		const isOne = wanted.kind === 'named' && wanted.names.length === 1;
		return await reportOn(
			wanted,
			packed,
			launch,
			isOne ? {...options, expect: early.begin, foresee: ahead.begin} : options,
			early.result,
		);
	} finally {
		await early.end();
	}
}

async function reportOn(
	wanted: WantedTargets,
	packed: PackedRoots,
	launch: Launcher,
	options: CheckOptions & Pick<Surroundings, 'expect' | 'foresee'>,
	check: (target: Target) => Promise<TargetReport>,
): Promise<Report> {
	const jobs = begunAtOnce(options.jobs);
	const found = await gatherTargets(wanted, launch, {...options, jobs}, packed.roots);
	if (found.targets.length > 0)
		mustMatchSome(
			options.selection,
			readCatalog(),
			found.targets.map(({exports}) => exports),
			meant,
		);
	// By place in the whole list: every part names builds alike, and together they are the whole.
	const mine = (_: unknown, at: number) =>
		options.shard === undefined || at % options.shard.count === options.shard.index - 1;
	const own = found.targets.filter(mine);
	let begun = 0;
	const tested = await atOnce(jobs, own, target => {
		begun += 1;
		options.progress(`${target.id} (${begun} of ${own.length})`);
		return check(target)
			.catch(error => {
				// What ends the whole run is no failure of the target that it was at.
				options.signal.throwIfAborted();
				return failureOf(target.given, error);
			})
			.then(tested => (target.root === undefined ? tested : withOriginalNames(tested, target.root)));
	});
	const targets = tested.filter(one => 'functions' in one).sort((a, b) => byCodeUnit(a.id, b.id));
	const failures = [...[...packed.failures, ...found.failures].filter(mine), ...tested.filter(one => 'message' in one)];
	return {
		schema: 2,
		tool: toolFacts(),
		host: hostFacts(options.env),
		targets,
		failures,
		totals: reportTotals(targets),
	};
}

/** Targets: while the Pythons of one run, what another's have counted is read and judged, and neither waits for the other. */
function begunAtOnce(jobs: number): number {
	return jobs === 1 ? 1 : 2 * jobs;
}

async function checkTarget(
	target: Target,
	launch: TargetLaunch,
	ahead: Ahead,
	options: CheckOptions,
): Promise<TargetReport> {
	const {interpreter, start} = target;
	const {linkage} = interpreter;
	const wanted = selected(options.selection);
	const claims = claimsOf(readCatalog(), {kind: start.kind, linkage, libc: start.libc}).filter(
		({symbol, family, route}) => wanted(symbol, family, route),
	);
	const {early, whole, isKept} = await ahead.witness(interpreter.path);
	const sweep = () =>
		gatherSweep({
			launch,
			interpreter: interpreter.path,
			libc: target.libc,
			witness: early,
			preload: target.preload,
			// Where nothing is kept, the probes are prepared once a second thread has its part of this.
			turn: async () => isKept || (await nextTurn()),
			// What is wrong with it is told when it is asked for.
			whileRunning: async () => hostFacts(options.env),
			...options,
		});
	const probes = async () => {
		// Where all is kept, the workload, which takes longest, is started first.
		if (isKept && options.sweep) await nextTurn();
		return gatherEvidence({target, launch, claims, witness: early, ...options});
	};
	// At once: neither waits for the other's Pythons, of which each runs on a processor of its own.
	const [swept, {probed, first, findings}] = await allOf([options.sweep ? sweep() : noSweep, probes()]);
	const witness = await whole;
	return {
		...described(target, witness),
		functions: account({
			linkage,
			exports: target.exports,
			probed,
			workload: swept.workload,
			witness,
			preload: target.preload,
			first: new Map([...(swept.workload?.first ?? []), ...first]),
			wants: wanted,
		}),
		findings: [...knownFindings(target, witness), ...findings, ...swept.findings, ...disagreements(probed, witness)],
	};
}

/** A program that embeds Python, run once with its own arguments: what it calls stands in the place of probes and workload. */
export async function checkEmbedder(
	{program, native, library}: Embedder,
	words: readonly string[],
	options: CheckOptions,
): Promise<Report> {
	mustSelect(options.selection, meant);
	fixAddresses();
	stayAlone(options.jobs === 1);
	const failures: Failure[] = [];
	const targets = await withLauncher(options.env, async launch => {
		const found = await gatherTargets({kind: 'named', names: [library]}, launch, options);
		failures.push(...found.failures);
		const [target] = found.targets;
		return target === undefined ? [] : [await checkProgram({...target, executable: program}, native, words, options)];
	});
	return {schema: 2, tool: toolFacts(), host: hostFacts(options.env), targets, failures, totals: reportTotals(targets)};
}

async function checkProgram(
	target: Target,
	native: string,
	words: readonly string[],
	options: CheckOptions,
): Promise<TargetReport> {
	const {executable, interpreter} = target;
	const {signal, timeoutSeconds} = options;
	const witness = await gatherStatic(interpreter.path, {env: options.env});
	const {workload, findings, ending} = await sweepProgram({
		...options,
		launch: {file: executable, argv: [], env: {}, native},
		argv0: executable,
		words,
		interpreter: interpreter.path,
		libc: target.libc,
		detached: false,
		witness,
		entryCounts: options.entryCounts ?? true,
		sites: false,
		stepAside: () => () => {},
		start: async ({file, argv, env}) => (await runChild({file, argv, env, signal, timeoutSeconds})).exit,
	});
	const ended = succeeded(ending) ? [] : [{kind: 'unclean-exit', message: `${executable} ${endingInWords(ending)}.`}];
	return {
		...described(target, witness),
		functions:
			workload === null ? [] : accountProgram(target, witness, workload, options.env, selected(options.selection)),
		findings: [...knownFindings(target, witness), ...ended, ...findings],
	};
}

/** What is known of a build before anything of it is counted. */
function described(
	{id, executable, interpreter, python, declared}: Target,
	{report: {binding, inlined}}: StaticWitness,
): Omit<TargetReport, 'functions' | 'findings'> {
	return {id, executable, interpreter, python, declared, binding, inlined};
}

function knownFindings({findings, declared}: Target, {report}: StaticWitness): readonly Finding[] {
	return [...findings, ...bindingFindings(declared, report.binding.mode)];
}

/** What the user's own program called, judged as the workload's calls are. */
export function accountProgram(
	{interpreter, exports, preload}: Target,
	witness: StaticWitness,
	workload: Workload,
	env: Environment,
	wants: AccountedBuild['wants'] = () => true,
): readonly FunctionReport[] {
	const {linkage} = interpreter;
	return account({
		linkage,
		exports,
		probed: [],
		workload,
		witness,
		preload,
		first: new Map([...hiddenFirst(interpreter.path, env), ...(workload.first ?? [])]),
		wants,
	});
}

const noSweep = {workload: null, findings: [{kind: 'no-sweep', message: 'No sweep was asked for.'}]};

function steady(launch: TargetLaunch, env: Environment): TargetLaunch {
	return {...launch, env: steadyEnvironment(env, launch)};
}
