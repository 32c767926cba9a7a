/** This file is `pyinterpose check`, the main job: which overrides does each Python still honor? */

import {availableParallelism} from 'node:os';
import {SuiteError, UsageError} from '../errors.js';
import {routes} from '../model/claim.js';
import type {Held} from '../model/contract.js';
import type {Report} from '../model/report.js';
import {type CheckOptions, checkEmbedder, checkTargets} from '../pipeline.js';
import {findEmbedder} from '../target/embedder.js';
import {defaultNames} from '../target/find.js';
import {objectReader} from '../target/objects.js';
import type {WantedTargets} from '../target/targets.js';
import type {Command, ExitStatus, Invocation, Io, OptionValues} from './command.js';
import {outcomeOf} from './outcome.js';
import {deliver, outputOptions, planOutput, statusOf, writes} from './output.js';
import {progressLine} from './progress.js';
import {
	detailsOption,
	measuredOf,
	measuredOption,
	mustShowMeasured,
	reportFormats,
	reportRenderers,
	tellCi,
} from './report-formats.js';
import {shardOf} from './shard.js';

export const check: Command = {
	name: 'check',
	positionals: '[TARGET|PACKAGE...] | --embed -- PROGRAM [ARG...]',
	summary: 'which overrides each Python still honors (default: $PYTHON, else python3)',
	options: [
		{
			name: 'embed',
			help: 'the program behind --, which embeds Python: what it calls when it is run with its arguments',
		},
		{name: 'libpython', value: 'FILE', help: 'with --embed: the libpython that the program opens by itself'},
		{name: 'all', help: 'every Python found on this machine'},
		{name: 'symbols', value: 'PATTERN', multiple: true, help: "only these symbols or families, such as 'PyErr_*'"},
		{name: 'routes', value: 'ROUTE', words: routes, multiple: true, help: 'only these routes, such as interpreter'},
		{name: 'no-sweep', help: 'leave out the sweep, which overrides every function that the interpreter exports'},
		{
			name: 'no-entry-counts',
			help: 'do not patch the interpreter in memory; calls past the overrides are then not counted',
		},
		{name: 'literal', help: 'count each call in the override that it runs, none at the site that makes it: slower'},
		{name: 'inlined', help: 'count the inlined copies of functions as they run, too, which needs debug information'},
		{name: 'contract', value: 'FILE', help: 'hold the builds to this contract: exit 1 where one does not keep it'},
		{
			name: 'baseline',
			value: 'REPORT',
			help: 'hold the builds to this saved report: nothing it has honored may be lost',
		},
		{name: 'shard', value: 'K/N', help: 'only the Kth of N parts of the targets; merge joins the reports'},
		detailsOption,
		measuredOption,
		...outputOptions(reportFormats),
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of a Python may take (60)'},
		{name: 'jobs', value: 'N', help: 'how many processors to keep at work where there are several Pythons (all)'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	const plan = planOutput(invocation, reportFormats);
	mustShowMeasured(options, plan);
	const hold = await expectationsOf(options, io);
	const shard = shardOf(options.text('shard'));
	const progress = progressLine(io.stderr, options.flag('quiet'));
	try {
		const checked: CheckOptions = {
			wanted: wanted(positionals, options.flag('all'), io),
			selection: {symbols: options.texts('symbols').flatMap(commas), routes: options.texts('routes').flatMap(commas)},
			shard,
			sweep: !options.flag('no-sweep'),
			entryCounts: !options.flag('no-entry-counts'),
			literal: options.flag('literal'),
			inlined: options.flag('inlined'),
			timeoutSeconds: options.positive('timeout') ?? 60,
			jobs: Math.ceil(options.positive('jobs') ?? availableParallelism()),
			env: io.env,
			signal: io.signal,
			progress: progress.show,
		};
		const report = options.flag('embed') ? await checkEmbedded(invocation, checked) : await checkTargets(checked);
		progress.clear();
		const held = hold(report);
		const html = writes(plan, 'html')
			? {
					callSites: await (await import('./html-evidence.js')).callSitesOf(report),
					measured: await measuredOf(options, report),
				}
			: {};
		await deliver(plan, reportRenderers(report, held, {...html, details: options.flag('details')}), io);
		await tellCi(report, held, io);
		return statusOf(outcomeOf(report, held?.broken ?? null, shard !== undefined), options);
	} finally {
		progress.clear();
	}
}

async function checkEmbedded({positionals, rest, options}: Invocation, checked: CheckOptions): Promise<Report> {
	const [word, ...words] = rest;
	if (word === undefined || positionals.length > 0) {
		throw new UsageError('--embed takes a program and its arguments behind --.', {
			hint: "Write 'pyinterpose check --embed -- PROGRAM ARG...'.",
		});
	}
	const embedder = await findEmbedder(word, options.text('libpython'), objectReader(), checked);
	if (embedder === null) throw new SuiteError(`${word} is no ELF program.`);
	return checkEmbedder(embedder, words, checked);
}

/** Read before the work begins. Null where nothing is expected: what was lost is then the answer, not a fault. */
async function expectationsOf(options: OptionValues, io: Io): Promise<(report: Report) => Held | null> {
	const contractPath = options.text('contract');
	const baselinePath = options.text('baseline');
	if (contractPath === undefined && baselinePath === undefined) return () => null;
	const {holdBaseline, holdContract, contractFrom, readReport} = await import('./expectations.js');
	const contract = contractPath === undefined ? undefined : await contractFrom(contractPath, io);
	const baseline = baselinePath === undefined ? undefined : await readReport(baselinePath, io.signal);
	return report => {
		const parts = [
			...(contract === undefined || report.targets.length === 0 ? [] : [holdContract(report, contract)]),
			...(baseline === undefined || report.targets.length === 0
				? []
				: [holdBaseline(report, baseline, baselinePath ?? 'The baseline')]),
		];
		return {
			broken: parts.flatMap(({broken}) => broken),
			kept: new Set(parts.flatMap(({kept}) => [...kept])),
			ended: contract?.ended ?? [],
		};
	};
}

function wanted(names: readonly string[], all: boolean, {env}: Io): WantedTargets {
	if (all) return {kind: 'all'};
	return {kind: 'named', names: names.length > 0 ? names : defaultNames(env)};
}

/** 'PyErr_*,PyMem_*' is two patterns. */
function commas(text: string): readonly string[] {
	return text.split(',').filter(part => part !== '');
}
