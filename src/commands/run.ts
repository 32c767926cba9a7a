/** This file is `pyinterpose run`: the user's own program with every function of its Python's interpreter overridden. */

import {realpathSync} from 'node:fs';
import {constants} from 'node:os';
import {SuiteError, UsageError} from '../errors.js';
import {gatherStatic} from '../gather/static.js';
import {type ProgramSwept, sweepProgram} from '../gather/sweep/program.js';
import type {Workload} from '../model/evidence.js';
import type {Finding, FunctionReport} from '../model/report.js';
import type {Target} from '../model/target.js';
import {accountProgram} from '../pipeline.js';
import type {Ending} from '../process/ending.js';
import {mustBeWritable, writeOutput} from '../process/output-file.js';
import {jsonText} from '../render/json.js';
import {busiest, liveHeader, liveSummary, renderSwept, type SortOrder, sortOrders} from '../render/report/swept.js';
import {type Embedder, findEmbedder} from '../target/embedder.js';
import {defaultNames} from '../target/find.js';
import {withLauncher} from '../target/launch.js';
import {objectReader} from '../target/objects.js';
import {gatherTargets} from '../target/targets.js';
import {toolFacts} from '../tool.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';
import {drawLive} from './live.js';
import {say} from './say.js';

export const run: Command = {
	name: 'run',
	positionals: '[--] SCRIPT|PROGRAM [ARG...]',
	summary: "run a program with every function of its Python's interpreter overridden, and count what was honored",
	options: [
		{name: 'python', value: 'TARGET', help: 'the Python that runs it (default: $PYTHON, else python3)'},
		{name: 'module', short: 'm', value: 'MODULE', help: 'run a module, as python -m does'},
		{name: 'code', short: 'c', value: 'CODE', help: 'run this code, as python -c does'},
		{name: 'libpython', value: 'FILE', help: 'the libpython that PROGRAM, which embeds Python, opens by itself'},
		{name: 'report', help: 'show the busiest functions at the end, on standard error'},
		{name: 'live', help: 'show the busiest functions while the program runs, at the bottom of the terminal'},
		{
			name: 'sort',
			value: 'ORDER',
			words: sortOrders,
			help: `how --live and --report sort functions: ${sortOrders.join(', ')} (lost)`,
		},
		{name: 'json', value: 'FILE', help: 'write what was counted to a file'},
		{name: 'sites', help: 'with --json: the call sites as well, held to what the ELF file shows'},
		{
			name: 'children',
			help: 'count the processes that the program starts, too, as far as they run the same interpreter',
		},
		{name: 'detach', help: 'let the program go on when pyinterpose itself is killed'},
		{
			name: 'no-entry-counts',
			help: 'do not patch the interpreter in memory; calls past the overrides are then not counted',
		},
		{name: 'literal', help: 'count each call in the override that it runs, none at the site that makes it: slower'},
		{name: 'inlined', help: 'count the inlined copies of functions as they run, too, which needs debug information'},
	],
	run: runProgram,
};

async function runProgram(invocation: Invocation): Promise<ExitStatus> {
	const {options, io} = invocation;
	const words = wordsOf(invocation);
	if (options.flag('sites') && options.flag('children')) {
		throw new UsageError('--sites tells of one process, and --children counts several.');
	}
	if (options.flag('inlined') && options.flag('children')) {
		throw new UsageError('--inlined counts in one process: not together with --children.');
	}
	if (options.flag('live') && !io.stderr.isTerminal) throw new UsageError('--live needs a terminal on standard error.');
	const begun = Date.now();
	const watched: Watched = {
		program: words.join(' '),
		order: orderOf(options.text('sort')),
		seconds: () => (Date.now() - begun) / 1000,
	};
	const file = options.text('json');
	if (file !== undefined) mustBeWritable(file);
	return withLauncher(io.env, async launch => {
		const embedder = await embedderOf(words[0] ?? '', invocation);
		const target = await findTarget(embedder?.library ?? options.text('python'), launch, io);
		const witness = await gatherStatic(target.interpreter.path, {env: io.env});
		const functionsOf = (workload: Workload) => accountProgram(target, witness, workload, io.env);
		const counted = await sweepProgram({
			launch:
				embedder === null ? launch(target.start) : {file: embedder.program, argv: [], env: {}, native: embedder.native},
			argv0: embedder === null ? argv0Of(target) : (words[0] ?? embedder.program),
			words: embedder === null ? words : words.slice(1),
			interpreter: target.interpreter.path,
			libc: target.libc,
			detached: options.flag('detach'),
			witness,
			entryCounts: !options.flag('no-entry-counts'),
			literal: options.flag('literal'),
			inlined: options.flag('inlined'),
			sites: options.flag('sites'),
			children: options.flag('children'),
			env: io.env,
			signal: io.signal,
			stepAside: io.stepAside,
			...(options.flag('live')
				? {watch: (counted: () => Workload) => watch(io, () => functionsOf(counted()), watched)}
				: {}),
		});
		const swept = {...counted, findings: [...target.findings.filter(concernsRun), ...counted.findings]};
		const functions = swept.workload === null ? null : functionsOf(swept.workload);
		if (file !== undefined)
			await writeOutput(
				file,
				[jsonText(toJson(embedder === null ? target : {...target, executable: embedder.program}, swept, functions))],
				io.signal,
			);
		sayOfSmallStack(swept.ending, io);
		if (options.flag('live') && functions !== null)
			io.stderr.write(liveSummary(functions, watched.program, watched.seconds(), io.stderr.columns));
		if (options.flag('report')) tell(functions, swept.findings, io);
		else if (functions === null) for (const {message} of swept.findings) say(io, 'warning', message);
		return statusOf(swept.ending);
	});
}

/** Where the program is none of Python's but one that embeds it; a Python that was named has a script to run. */
async function embedderOf(word: string, {options, io}: Invocation): Promise<Embedder | null> {
	if (['python', 'module', 'code'].some(name => options.text(name) !== undefined)) return null;
	const surroundings = {env: io.env, signal: io.signal, timeoutSeconds: 60};
	return findEmbedder(word, options.text('libpython'), objectReader(), surroundings);
}

/** What Python is given: its own words for a module or code, then the rest as it is. */
function wordsOf({options, positionals, rest}: Invocation): readonly string[] {
	const module = options.text('module');
	const code = options.text('code');
	if (module !== undefined && code !== undefined) throw new UsageError('--module and --code name two programs.');
	const words = [...positionals, ...rest];
	if (module !== undefined) return ['-m', module, ...words];
	if (code !== undefined) return ['-c', code, ...words];
	if (words.length === 0) throw new UsageError('run needs a program.', {hint: "See 'pyinterpose run --help'."});
	return words;
}

async function findTarget(
	name: string | undefined,
	launch: Parameters<typeof gatherTargets>[1],
	io: Io,
): Promise<Target> {
	const names = [name ?? defaultNames(io.env)[0] ?? 'python3'];
	const surroundings = {env: io.env, signal: io.signal, timeoutSeconds: 60};
	const {targets, failures} = await gatherTargets({kind: 'named', names}, launch, surroundings);
	const [target] = targets;
	if (target === undefined) throw new SuiteError(failures[0]?.message ?? `${names[0]} is no Python.`);
	return target;
}

/** A virtual environment's Python is a link, and knows by its own name that it is one; a wrapper's name would mislead. */
function argv0Of({given, executable, start}: Target): string {
	if (start.kind === 'library') return executable;
	try {
		return given.includes('/') && realpathSync(given) === realpathSync(start.executable) ? given : start.executable;
	} catch {
		return start.executable;
	}
}

/** What was found at the start and holds for every program that this Python runs. */
function concernsRun({kind}: Finding): boolean {
	return ['preload-dropped', 'second-libpython', 'jit-callers'].includes(kind);
}

function orderOf(text: string | undefined): SortOrder {
	const order = sortOrders.find(name => name === (text ?? 'lost'));
	if (order === undefined) {
		throw new UsageError(`--sort takes ${sortOrders.join(', ')}, not '${text}'.`);
	}
	return order;
}

interface Watched {
	readonly program: string;
	readonly order: SortOrder;
	seconds(): number;
}

function watch({stderr}: Io, counted: () => readonly FunctionReport[], {program, order, seconds}: Watched): () => void {
	const lines = 12;
	return drawLive(stderr, lines, columns => {
		const functions = counted();
		return [
			liveHeader(functions, program, seconds(), columns),
			...busiest(functions, {columns, most: lines - 2}, order),
		];
	});
}

function toJson(
	{id, executable, interpreter, python}: Target,
	{ending, findings, sites}: ProgramSwept,
	functions: readonly FunctionReport[] | null,
): object {
	return {
		schema: 2,
		tool: toolFacts(),
		target: {id, executable, interpreter, python},
		ending,
		functions,
		findings,
		...(sites === null ? {} : {sites}),
	};
}

function tell(functions: readonly FunctionReport[] | null, findings: ProgramSwept['findings'], io: Io): void {
	if (functions === null) for (const {message} of findings) say(io, 'warning', message);
	else io.stderr.write(renderSwept(functions, findings, {columns: io.stderr.columns, most: 20}));
}

/** The one thing that a program which runs alone may lack under a sweep; whether it did, nobody has seen. */
function sayOfSmallStack(ending: Ending, io: Io): void {
	if (ending.kind !== 'signalled' || !['SIGSEGV', 'SIGBUS'].includes(ending.signal)) return;
	say(
		io,
		'note',
		`The program was ended by ${ending.signal}. Under a sweep a handler on an alternate signal stack needs 12 KB of it.`,
		"Run it without pyinterpose to see whether it ends so there; 'pyinterpose explain sweep' says more.",
	);
}

/** As a shell tells it. */
function statusOf(ending: Ending): ExitStatus {
	switch (ending.kind) {
		case 'exited':
			return ending.status;
		case 'signalled':
			return 128 + constants.signals[ending.signal];
		case 'timed-out':
		case 'not-started':
			return exitStatus.suiteFailed;
	}
}
